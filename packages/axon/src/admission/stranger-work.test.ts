import { systemClock } from '@tensorkit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultAxonLimits } from '../limits.js'
import { StrangerWork } from './stranger-work.js'

const start = (limits: Partial<typeof defaultAxonLimits> = {}) => {
  const clock = { nowMs: 0 }
  const work = new StrangerWork({ ...defaultAxonLimits, ...limits }, { ...systemClock, monotonicMs: () => clock.nowMs })
  const charge = (source = 'a', isKnown = false) => work.charge(source, 'stream', isKnown).mayGoOn
  /** How many streams a source gets before it is in debt. */
  const drain = (source = 'a', isKnown = false): number => {
    let streams = 0
    while (charge(source, isKnown)) streams++
    return streams
  }
  return { clock, work, charge, drain }
}

describe('StrangerWork', () => {
  it('lets a source cost five seconds of its rate at once, and then its rate', () => {
    const { clock, drain } = start({ strangerWorkMsPerSecond: 35 })
    // 175 ms at 350 µs a stream; the one that made the debt is to be worked off too.
    expect(drain()).toBe(500)
    clock.nowMs = 1_000
    expect(drain()).toBe(99)
  })

  it('keeps out who goes on trying, for as long as the last debt takes', () => {
    const { clock, charge, drain } = start({ strangerWorkMsPerSecond: 30 })
    drain()
    for (let i = 0; i < 10_000; i++) expect(charge()).toBe(false)
    // It owes as much as it could spend, and no more.
    clock.nowMs = 4_900
    expect(charge()).toBe(false)
    clock.nowMs = 5_100
    expect(charge()).toBe(true)
  })

  it('holds one source responsible for itself', () => {
    const { charge, drain } = start()
    drain('a')
    expect(charge('b')).toBe(true)
  })

  it('bounds what all strangers cost together, and lets in who is known', () => {
    const { charge, drain } = start()
    const full = drain('source 0')
    let spent = 0
    for (let i = 1; i < 100; i++) spent += drain(`source ${i}`)
    expect(spent).toBeLessThan(9.1 * full)
    expect(charge('stranger')).toBe(false)
    expect(charge('acquaintance', true)).toBe(true)
  })

  it('gives back what a connection cost that proved a hotkey', () => {
    const { work, drain } = start()
    const full = drain()
    work.giveBack('a', 1e9)
    expect(drain()).toBe(full)
  })

  it('always has room for as many openings at once as there may be connections', () => {
    const { work } = start({ strangerWorkMsPerSecond: 1, maxConnectionsPerSource: 256 })
    for (let i = 0; i < 256; i++) {
      for (const what of ['connection', 'handshake', 'stream', 'stream'] as const) expect(work.charge('a', what, false).mayGoOn).toBe(true)
    }
  })

  it('never allows more than the burst and the rate, whatever comes', () => {
    const whats = fc.constantFrom('connection', 'handshake', 'stream', 'ping', 'settings')
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), whats), { maxLength: 300 }), (events) => {
        const { clock, work } = start({ strangerWorkMsPerSecond: 1, maxConnectionsPerSource: 1 })
        let allowedUs = 0
        for (const [waitMs, what] of events) {
          clock.nowMs += waitMs
          const { us, mayGoOn } = work.charge('a', what, false)
          if (mayGoOn) allowedUs += us
        }
        expect(allowedUs).toBeLessThanOrEqual(5_000 + clock.nowMs + 1e-6)
      }),
    )
  })
})
