import { describe, expect, it } from 'vitest'
import type { Clock } from '../../interfaces/clock.js'
import type { ReplayStore } from '../../interfaces/replay-store.js'
import { ss58Address } from '../../ss58/ss58.js'
import { assertReplayRetention, checkReplay } from './check-replay.js'
import { createMemoryReplayStore } from './memory-replay-store.js'

const nowNs = 1_752_076_800_000_000_000n
const clock: Clock = { nowMs: () => Number(nowNs / 1_000_000n), nowNs: () => nowNs, monotonicMs: () => 0, sleep: async () => {} }
const claim = {
  hotkey: ss58Address('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'),
  nonce: '1752076800000000000',
  unixNs: nowNs,
}
const storeThat = (answer: () => unknown): ReplayStore => ({ retentionMs: 60_000, checkAndStore: () => answer() as 'stored' })

describe('checkReplay', () => {
  it('keeps the nonces of the profiles apart', async () => {
    const store = createMemoryReplayStore({ clock, completeSinceNs: 0n })
    for (const profile of ['btauth/1', 'session/1'] as const) {
      expect(await checkReplay({ profile, claim, store })).toEqual({ ok: true })
      expect(await checkReplay({ profile, claim, store })).toMatchObject({ ok: false, reason: 'replayed', code: 'AUTH_REPLAYED' })
    }
  })

  it('lets one of many through that come at once', async () => {
    const store = createMemoryReplayStore({ clock, completeSinceNs: 0n })
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => checkReplay({ profile: 'session/1', claim, store })))
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('refuses what was signed before the store’s memory and the skew, by the time and not by the nonce', async () => {
    const store = createMemoryReplayStore({ clock, completeSinceNs: nowNs })
    const at = (unixNs: bigint) => checkReplay({ profile: 'session/1', claim: { ...claim, nonce: String(unixNs), unixNs }, store })
    expect(await at(nowNs + 2_000_000_000n)).toMatchObject({ reason: 'stale' })
    expect(await at(nowNs + 2_000_000_001n)).toEqual({ ok: true })
    expect(await checkReplay({ profile: 'session/1', claim, store, allowedSkewMs: 0 })).toMatchObject({ reason: 'stale' })
  })

  it.each([
    ['full', () => 'full'],
    ['nonsense', () => true],
    ['nothing', () => undefined],
    [
      'an exception',
      () => {
        throw new Error('lost the connection')
      },
    ],
    ['a rejection', () => Promise.reject(new Error('lost the connection'))],
  ])('fails closed on a store that answers %s', async (_, answer) => {
    expect(await checkReplay({ profile: 'btauth/1', claim, store: storeThat(answer) })).toMatchObject({ reason: 'unavailable' })
  })

  it('demands a store that remembers for the whole window', () => {
    const store = storeThat(() => 'stored')
    expect(() => assertReplayRetention(store)).not.toThrow()
    expect(() => assertReplayRetention(store, { maxAgeMs: 58_001 })).toThrow(/retention/)
  })
})
