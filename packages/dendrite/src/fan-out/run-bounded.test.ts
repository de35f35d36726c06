import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBounded } from './run-bounded.js'

const later = <T>(value: T, ms: number) => new Promise<T>((resolve) => setTimeout(resolve, ms, value))

describe('runBounded', () => {
  it('yields every result once, never more at a time than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        async (delays, concurrency) => {
          let running = 0
          let most = 0
          const run = async (index: number) => {
            most = Math.max(most, ++running)
            await later(undefined, delays[index] as number)
            running--
            return index
          }
          const seen: number[] = []
          for await (const index of runBounded({ items: delays.keys(), concurrency, run, discard: () => {} })) seen.push(index)
          expect(seen.sort((a, b) => a - b)).toEqual([...delays.keys()])
          expect(most).toBeLessThanOrEqual(concurrency)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('begins nothing more while results wait to be taken', async () => {
    let begun = 0
    const run = async () => ++begun
    const results = runBounded({ items: Array(20).keys(), concurrency: 4, run, discard: () => {} })
    for (let taken = 1; taken <= 20; taken++) {
      expect(await results.next()).toMatchObject({ done: false })
      // All that may land has landed.
      await new Promise((resolve) => setImmediate(resolve))
      expect(begun).toBeLessThanOrEqual(taken + 4)
    }
    expect([await results.next(), begun]).toEqual([{ done: true, value: undefined }, 20])
  })

  it('yields in the order of landing', async () => {
    const seen: number[] = []
    for await (const ms of runBounded({ items: [60, 1, 30], concurrency: 3, run: (ms) => later(ms, ms), discard: () => {} })) seen.push(ms)
    expect(seen).toEqual([1, 30, 60])
  })

  it('closes a generator of items that is left before its end', async () => {
    let isClosed = false
    const items = (function* () {
      try {
        for (;;) yield 1
      } finally {
        isClosed = true
      }
    })()
    for await (const _ of runBounded({ items, concurrency: 2, run: (ms) => later(ms, ms), discard: () => {} })) break
    expect(isClosed).toBe(true)
  })

  it('gives up what nobody takes, landed or still on its way', async () => {
    const discarded: number[] = []
    for await (const ms of runBounded({
      items: [1, 1, 30],
      concurrency: 3,
      run: (ms) => later(ms, ms),
      discard: (ms) => void discarded.push(ms),
    })) {
      await later(undefined, 10)
      expect(ms).toBe(1)
      break
    }
    await expect.poll(() => discarded).toEqual([1, 30])
  })
})
