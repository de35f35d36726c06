import { describe, expect, it } from 'vitest'
import { KeyedLock } from './keyed-lock.js'

describe('KeyedLock', () => {
  it('runs tasks of one key in order, and those of others meanwhile', async () => {
    const lock = new KeyedLock()
    const log: string[] = []
    let open: () => void = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const first = lock.run('a', async () => {
      await gate
      log.push('a1')
    })
    const second = lock.run('a', async () => {
      log.push('a2')
    })
    await lock.run('b', async () => {
      log.push('b')
    })
    expect(log).toEqual(['b'])
    open()
    await Promise.all([first, second])
    expect(log).toEqual(['b', 'a1', 'a2'])
  })

  it('goes on after a task that failed', async () => {
    const lock = new KeyedLock()
    const failing = lock.run('a', () => Promise.reject(new Error('no')))
    const next = lock.run('a', () => Promise.resolve('yes'))
    await expect(failing).rejects.toThrow('no')
    await expect(next).resolves.toBe('yes')
  })
})
