import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../interfaces/clock.js'
import { isNonce } from './btauth-payload.js'
import { createNonceSource } from './nonce-source.js'

const clockOf = (nowNs: () => bigint): Clock => ({ nowMs: () => 0, nowNs, monotonicMs: () => 0, sleep: async () => {} })

describe('createNonceSource', () => {
  it('rises strictly, even while the clock stands or goes back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 200 }), (stepsMs) => {
        let ns = 1_752_076_800_000_000_000n
        const next = createNonceSource({ clock: clockOf(() => ns) })
        let last = 0n
        for (const step of stepsMs) {
          ns += BigInt(step) * 1_000_000n
          const nonce = next()
          expect(isNonce(nonce)).toBe(true)
          expect(BigInt(nonce) > last).toBe(true)
          last = BigInt(nonce)
        }
      }),
    )
  })

  it('is never more than 1 ms off the clock at 100 nonces a ms', () => {
    const ns = 1_752_076_800_000_000_000n
    const next = createNonceSource({ clock: clockOf(() => ns) })
    for (let i = 0; i < 100; i++) {
      const distance = BigInt(next()) - ns
      expect(distance >= 0n && distance < 2_000_000n).toBe(true)
    }
  })

  it('never meets that of another process with another slot', () => {
    const ns = 1_752_076_800_000_000_000n
    const sources = [0, 1, 2, 9_999].map((slot) => createNonceSource({ clock: clockOf(() => ns), slot }))
    const nonces = sources.flatMap((next) => Array.from({ length: 5_000 }, next))
    expect(new Set(nonces).size).toBe(20_000)
  })

  it('draws a slot where none is given', () => {
    const slots = new Set(Array.from({ length: 50 }, () => createNonceSource()().slice(-4)))
    expect(slots.size).toBeGreaterThan(40)
  })

  it.each([-1, 10_000, 1.5, Number.NaN])('refuses the slot %o', (slot) => {
    expect(() => createNonceSource({ slot })).toThrow(/slot/)
  })
})
