import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../interfaces/clock.js'
import { createMemoryReplayStore } from './memory-replay-store.js'

/** A machine whose wall clock and monotonic clock move apart at will. */
function machine() {
  const time = { wallMs: 1_752_076_800_000, monotonicMs: 0 }
  const clock: Clock = {
    nowMs: () => time.wallMs,
    nowNs: () => BigInt(time.wallMs) * 1_000_000n,
    monotonicMs: () => time.monotonicMs,
    sleep: async () => {},
  }
  const pass = (ms: number) => {
    time.wallMs += ms
    time.monotonicMs += ms
  }
  return { time, clock, pass }
}

const key = (nonce: string, hotkey = 'a') => ({ profile: 'btauth/1', hotkey, nonce })

describe('createMemoryReplayStore', () => {
  it('tells profiles, hotkeys and nonces apart', () => {
    const store = createMemoryReplayStore()
    expect(store.checkAndStore(key('1'))).toBe('stored')
    expect(store.checkAndStore(key('1'))).toBe('seen')
    expect(store.checkAndStore(key('2'))).toBe('stored')
    expect(store.checkAndStore(key('1', 'b'))).toBe('stored')
    expect(store.checkAndStore({ ...key('1'), profile: 'session' })).toBe('stored')
  })

  it('remembers for the retention at least, whatever the times of calls', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_500 }), { maxLength: 60 }), (waits) => {
        const { clock, pass, time } = machine()
        const store = createMemoryReplayStore({ clock, retentionMs: 1_000 })
        const storedAt = new Map<string, number>()
        waits.forEach((wait, i) => {
          pass(wait)
          expect(store.checkAndStore(key(String(i)))).toBe('stored')
          storedAt.set(String(i), time.monotonicMs)
          for (const [nonce, ms] of storedAt) if (time.monotonicMs - ms < 1_000) expect(store.checkAndStore(key(nonce))).toBe('seen')
        })
      }),
    )
  })

  it('forgets after twice the retention, so that memory stays bounded', () => {
    const { clock, pass } = machine()
    const store = createMemoryReplayStore({ clock, retentionMs: 1_000, maxEntries: 100, maxEntriesPerHotkey: 100 })
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 50; i++) expect(store.checkAndStore(key(`${round}.${i}`))).toBe('stored')
      pass(1_000)
    }
  })

  it('refuses when full and evicts nothing', () => {
    const { clock, pass } = machine()
    const store = createMemoryReplayStore({ clock, retentionMs: 1_000, maxEntries: 10, maxEntriesPerHotkey: 10 })
    for (let i = 0; i < 10; i++) expect(store.checkAndStore(key(String(i)))).toBe('stored')
    for (let i = 10; i < 1_000; i++) expect(store.checkAndStore(key(String(i), `h${i}`))).toBe('full')
    for (let i = 0; i < 10; i++) expect(store.checkAndStore(key(String(i)))).toBe('seen')
    pass(2_000)
    expect(store.checkAndStore(key('new'))).toBe('stored')
  })

  it('lets one hotkey fill its own share alone', () => {
    const store = createMemoryReplayStore({ maxEntries: 80 })
    for (let i = 0; i < 10; i++) expect(store.checkAndStore(key(String(i), 'greedy'))).toBe('stored')
    expect(store.checkAndStore(key('10', 'greedy'))).toBe('full')
    expect(store.checkAndStore(key('10', 'modest'))).toBe('stored')
  })

  it('goes on refusing by time what it forgot, though the wall clock is set back', () => {
    const { clock, pass, time } = machine()
    const store = createMemoryReplayStore({ clock, retentionMs: 1_000 })
    pass(10_000)
    const acceptedNs = clock.nowNs()
    expect(store.checkAndStore(key(String(acceptedNs)))).toBe('stored')
    pass(5_000)
    time.wallMs -= 5_000
    expect(store.completeSinceNs).toBeGreaterThanOrEqual(acceptedNs)
  })

  it('keeps its beginning where it forgot nothing', () => {
    const { clock, pass } = machine()
    const startNs = clock.nowNs()
    const store = createMemoryReplayStore({ clock, retentionMs: 1_000 })
    expect(store.completeSinceNs).toBe(startNs)
    pass(100_000)
    expect(store.completeSinceNs).toBe(startNs)
    expect(createMemoryReplayStore({ clock, completeSinceNs: 0n }).completeSinceNs).toBe(0n)
  })

  it.each([{ retentionMs: 0 }, { maxEntries: Number.POSITIVE_INFINITY }, { maxEntriesPerHotkey: Number.NaN }])('refuses %o', (options) => {
    expect(() => createMemoryReplayStore(options)).toThrow(/must be a finite number/)
  })
})
