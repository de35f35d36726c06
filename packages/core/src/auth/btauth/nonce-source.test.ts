import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../interfaces/clock.js'
import { checkFreshness } from '../freshness.js'
import { isNonce } from './btauth-payload.js'
import { createNonceSource } from './nonce-source.js'

const clockOf = (nowNs: () => bigint): Clock => ({ nowMs: () => 0, nowNs, monotonicMs: () => 0, sleep: async () => {} })
const start = 1_752_076_800_000_000_000n
const ms = 1_000_000n

describe.each([
  ['without a slot', {}],
  ['with a slot', { slot: 7 }],
] as const)('createNonceSource %s', (_, options) => {
  it('rises strictly, even while the clock stands or goes back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9_000, max: 9_000 }), { minLength: 1, maxLength: 200 }), (placesMs) => {
        let ns = start
        const next = createNonceSource({ ...options, clock: clockOf(() => ns) })
        let [last, latest] = [0n, start]
        for (const place of placesMs) {
          // Wherever it goes, no more than 9 s behind where it has been.
          ns = latest + BigInt(place) * ms
          if (ns > latest) latest = ns
          const nonce = next()
          expect(isNonce(nonce)).toBe(true)
          expect(BigInt(nonce) > last).toBe(true)
          last = BigInt(nonce)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('follows a clock that was an hour ahead and is set right', () => {
    let ns = start + 3_600_000n * ms
    const next = createNonceSource({ ...options, clock: clockOf(() => ns) })
    next()
    ns = start
    const after = Array.from({ length: 1_000 }, () => BigInt(next()))
    for (const [i, nonce] of after.entries()) {
      expect(checkFreshness({ unixNs: nonce, nowNs: ns, maxAgeMs: 1_000, allowedSkewMs: 1_000 })).toBeUndefined()
      expect(nonce > (after[i - 1] ?? 0n)).toBe(true)
    }
  })

  it('stays fresh for all but half a second of the window, at up to 50,000 nonces a second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 400 }), (perMs, forMs) => {
        let ns = start
        const next = createNonceSource({ ...options, clock: clockOf(() => ns) })
        for (let tick = 0; tick < forMs; tick++) {
          for (let i = 0; i < perMs; i++) {
            const unixNs = BigInt(next())
            expect(checkFreshness({ unixNs, nowNs: ns, maxAgeMs: 500, allowedSkewMs: 1_000 })).toBeUndefined()
          }
          ns += ms
        }
      }),
      { numRuns: 10 },
    )
  })

  it('stays within the window even where 20,000 are made at one instant', () => {
    const next = createNonceSource({ ...options, clock: clockOf(() => start) })
    for (let i = 0; i < 20_000; i++) {
      expect(checkFreshness({ unixNs: BigInt(next()), nowNs: start, maxAgeMs: 10_000, allowedSkewMs: 2_000 })).toBeUndefined()
    }
  })
})

describe('nonces of several processes with one key', () => {
  it('never meet with a slot each', () => {
    const sources = [0, 1, 2, 9_999].map((slot) => createNonceSource({ clock: clockOf(() => start), slot }))
    const nonces = sources.flatMap((next) => Array.from({ length: 5_000 }, next))
    expect(new Set(nonces).size).toBe(20_000)
  })

  it('meet by chance alone without: 40 processes that start at one instant, 10 calls each, in 1,000 such starts', () => {
    let met = 0
    for (let round = 0; round < 1_000; round++) {
      const sources = Array.from({ length: 40 }, () => createNonceSource({ clock: clockOf(() => start) }))
      const nonces = sources.flatMap((next) => Array.from({ length: 10 }, next))
      met += nonces.length - new Set(nonces).size
    }
    // Pairs of processes 780, of nonces 100 each, over 5 * 10^8: 0.16 a thousand rounds. Ten are out of the question.
    expect(met).toBeLessThan(10)
  })

  it('are spread evenly below the ms', () => {
    const digits = Array.from({ length: 2_000 }, () => Number(BigInt(createNonceSource({ clock: clockOf(() => start) })()) % ms))
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = digits.filter((value) => Math.floor(value / 100_000) === tenth).length / digits.length
      expect(share).toBeGreaterThan(0.06)
      expect(share).toBeLessThan(0.15)
    }
  })

  it.each([-1, 10_000, 1.5, Number.NaN])('refuses the slot %o', (slot) => {
    expect(() => createNonceSource({ slot })).toThrow(/slot/)
  })
})
