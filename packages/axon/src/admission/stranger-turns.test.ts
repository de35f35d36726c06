import { describe, expect, it } from 'vitest'
import { StrangerTurns } from './stranger-turns.js'

/** A promise, and what fulfils it. */
function gate() {
  let open: () => void = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('StrangerTurns', () => {
  it('starts the first at once, and another only when it is done', async () => {
    const turns = new StrangerTurns()
    const first = gate()
    const begun: string[] = []
    turns.take('a', async () => {
      begun.push('first')
      await first.opened
      return true
    })
    expect(begun).toEqual(['first'])
    const second = new Promise<void>((resolve) => {
      turns.take('a', () => {
        begun.push('second')
        resolve()
        return true
      })
    })
    await new Promise(setImmediate)
    expect(begun).toEqual(['first'])
    first.open()
    await second
    expect(begun).toEqual(['first', 'second'])
  })

  it('lets sources take turns, whoever has asked for how much', async () => {
    const turns = new StrangerTurns()
    const order: string[] = []
    const all: Promise<void>[] = []
    for (const source of ['flood', 'flood', 'flood', 'flood', 'b', 'c', 'b']) {
      all.push(
        new Promise((resolve) => {
          turns.take(source, () => {
            order.push(source)
            resolve()
            return true
          })
        }),
      )
    }
    await Promise.all(all)
    // The first began at once.
    expect(order).toEqual(['flood', 'flood', 'b', 'c', 'flood', 'b', 'flood'])
  })

  it('pauses for as long as a job took, so that whoever is known gets its time in between', async () => {
    const turns = new StrangerTurns()
    const spans: { readonly from: number; readonly to: number }[] = []
    const all = Array.from(
      { length: 8 },
      () =>
        new Promise<void>((resolve) => {
          turns.take('a', () => {
            const from = performance.now()
            while (performance.now() - from < 5);
            spans.push({ from, to: performance.now() })
            resolve()
            return true
          })
        }),
    )
    await Promise.all(all)
    for (const [i, { from }] of spans.entries()) {
      // Timers may come a ms early.
      if (i > 0) expect(from - (spans[i - 1]?.to ?? 0)).toBeGreaterThanOrEqual(3)
    }
  })

  it('goes on after a job that had nothing to do, one that fails, and one that never ends', { timeout: 30_000 }, async () => {
    const turns = new StrangerTurns()
    const next = () =>
      new Promise<void>((resolve) => {
        turns.take('a', () => {
          resolve()
          return true
        })
      })
    turns.take('a', () => true)
    turns.take('a', () => false)
    await next()
    turns.take('a', () => new Promise(() => {}))
    await next()
    turns.take('a', () => Promise.reject(new Error('x')))
    await next()
    turns.take('a', () => {
      throw new Error('y')
    })
    await next()
  })
})
