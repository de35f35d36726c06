import { describe, expect, it } from 'vitest'
import { OpenPace } from './open-pace.js'

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('OpenPace', () => {
  it('lets so many begin at a time, and the next as one leaves, first come first served', async () => {
    const pace = new OpenPace({ places: 2, placeMs: 60_000 })
    const begun: number[] = []
    const leaves = new Map<number, () => void>()
    const all = Array.from({ length: 5 }, async (_, index) => {
      const leave = await pace.enter()
      begun.push(index)
      leaves.set(index, leave)
    })
    await turn()
    expect(begun).toEqual([0, 1])
    leaves.get(1)?.()
    leaves.get(1)?.()
    await turn()
    expect(begun).toEqual([0, 1, 2])
    leaves.get(0)?.()
    leaves.get(2)?.()
    await Promise.all(all)
    expect(begun).toEqual([0, 1, 2, 3, 4])
    for (const leave of leaves.values()) leave()
  })

  it('goes on past those that never come to an end', async () => {
    const pace = new OpenPace({ places: 2, placeMs: 20 })
    const startedMs = performance.now()
    await Promise.all(Array.from({ length: 6 }, () => pace.enter()))
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(35)
  })
})
