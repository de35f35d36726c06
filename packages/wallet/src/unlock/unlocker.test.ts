import { describe, expect, it } from 'vitest'
import { rejection } from '../test-support.js'
import type { KeyRecipe } from './key-recipe.js'
import { createUnlocker, type UnlockProgress, UnlockQueue } from './unlocker.js'

/** Of Node's own, some 50 ms to a second. */
const slow: KeyRecipe = { name: 'pbkdf2', salt: new Uint8Array(16), rounds: 200_000, keyBytes: 32 }
const argon2: KeyRecipe = { name: 'argon2i' }
const password = () => new TextEncoder().encode('password')
const timeoutMs = 300_000

describe('the queue of derivations', () => {
  it('runs one at a time, in order, and wipes the passwords', async () => {
    const queue = new UnlockQueue()
    const done: number[] = []
    const seen: UnlockProgress[] = []
    const passwords = [password(), password(), password()]
    const keys = await Promise.all(
      passwords.map(async (given, index) => {
        const onProgress = (progress: UnlockProgress) => void (index === 2 && seen.push(progress))
        const key = await queue.derive(slow, given, { timeoutMs, onProgress })
        done.push(index)
        return key
      }),
    )
    expect(done).toEqual([0, 1, 2])
    expect(keys[0]).toHaveLength(32)
    expect(keys[1]).toEqual(keys[0])
    for (const given of passwords) expect(given.every((byte) => byte === 0)).toBe(true)
    expect(seen[0]).toMatchObject({ stage: 'queued', ahead: 2 })
    expect(seen.at(-1)).toMatchObject({ stage: 'done', ahead: 0 })
    expect(queue.pending).toBe(0)
  })

  it('has a bound', async () => {
    const queue = new UnlockQueue({ maxQueued: 1 })
    const first = queue.derive(slow, password(), { timeoutMs })
    const second = queue.derive(slow, password(), { timeoutMs })
    const third = password()
    expect((await rejection(queue.derive(slow, third, { timeoutMs }))).code).toBe('CORE_BUSY')
    expect(third.every((byte) => byte === 0)).toBe(true)
    await Promise.all([first, second])
  })

  it('gives up what is aborted or late, waiting or not, and goes on with the next', async () => {
    const queue = new UnlockQueue()
    const abort = new AbortController()
    const running = rejection(queue.derive(argon2, password(), { timeoutMs, signal: abort.signal }))
    const waiting = rejection(queue.derive(slow, password(), { timeoutMs, signal: abort.signal }))
    const late = rejection(queue.derive(argon2, password(), { timeoutMs: 1 }))
    const next = queue.derive(slow, password(), { timeoutMs })
    abort.abort()
    expect((await running).code).toBe('CORE_ABORTED')
    expect((await waiting).code).toBe('CORE_ABORTED')
    expect((await late).code).toBe('CORE_TIMEOUT')
    expect(await next).toHaveLength(32)
    expect((await rejection(queue.derive(slow, password(), { timeoutMs, signal: abort.signal }))).code).toBe('CORE_ABORTED')
  }, 60_000)

  it('is closed: what waits and runs is refused, and the memory is free', async () => {
    const queue = createUnlocker() as UnlockQueue
    const running = rejection(queue.derive(argon2, password(), { timeoutMs }))
    const waiting = rejection(queue.derive(slow, password(), { timeoutMs }))
    await queue.close()
    expect([(await running).code, (await waiting).code]).toEqual(['CORE_CLOSED', 'CORE_CLOSED'])
    expect((await rejection(queue.derive(slow, password(), { timeoutMs }))).code).toBe('CORE_CLOSED')
  }, 60_000)

  it('fails as a whole where the callback does', async () => {
    const onProgress = () => {
      throw new Error('no')
    }
    expect((await rejection(new UnlockQueue().derive(slow, password(), { timeoutMs, onProgress }))).code).toBe('CORE_INVALID_ARGUMENT')
  })

  it.each([{ concurrency: 0 }, { concurrency: 1.5 }, { maxQueued: -1 }, { engine: 'other' as never }])(
    'refuses the options %o',
    async (options) => {
      expect((await rejection((async () => createUnlocker(options))())).code).toBe('CORE_INVALID_ARGUMENT')
    },
  )
})
