import { AxonService, createMemoryReplayStore, type ReplayStore } from '@tensorkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as CallSources from '../../../packages/axon/src/admission/call-source.js'
import type * as Standings from '../../../packages/axon/src/admission/standing.js'
import type * as Sources from '../../../packages/axon/src/transport/source-of.js'
import { Echo } from '../../axon-dendrite-support.js'
import type { AttackedAxon } from '../support/attacked-axon.js'
import { floodBench } from '../support/flood-bench.js'
import { impostorOf, openCall, sayBody, signedCall } from '../support/forged-credentials.js'
import { besideHonest } from '../support/honest-caller.js'
import { type CallerHeaders, framed, type Http2Caller } from '../support/http2-caller.js'

const off = vi.hoisted(() => ({ bySource: false, bySlash64: false, asksFirst: false }))

vi.mock('../../../packages/axon/src/admission/call-source.js', async (original) => {
  const real = await original<typeof CallSources>()
  const byClaimedName: CallSources.CallSource = ({ headers }) => String(headers['x-bittensor-hotkey'])
  return {
    ...real,
    createCallSource: (proxies?: readonly string[]): CallSources.CallSource => {
      const bySource = real.createCallSource(proxies)
      return (call) => (off.bySource ? byClaimedName(call) : bySource(call))
    },
  }
})

vi.mock('../../../packages/axon/src/transport/source-of.js', async (original) => {
  const real = await original<typeof Sources>()
  return { sourceOf: (address: string) => (off.bySlash64 ? address : real.sourceOf(address)) }
})

vi.mock('../../../packages/axon/src/admission/standing.js', async (original) => {
  const real = await original<typeof Standings>()
  /** One that takes every name that is claimed for one that is known, and asks the directory about proved ones alone. */
  class Trusting extends real.Standing {
    override ofClaimed(claim: Parameters<Standings.Standing['ofClaimed']>[0]) {
      return super.ofClaimed(off.asksFirst ? { ...claim, hotkey: bench.cast.alice.address } : claim)
    }
  }
  return { Standing: Trusting }
})

const exhausted = 8
const denied = 7
const unauthenticated = 16
const unavailable = 14
const attempts = 60

const bench = floodBench()
const { attacked, from } = bench

afterEach(() => {
  off.bySource = false
  off.bySlash64 = false
  off.asksFirst = false
})

const say = (caller: Http2Caller, headers: CallerHeaders) => caller.call(Echo.say.path, framed(sayBody), headers)
const open = (caller: Http2Caller, headers: CallerHeaders) => caller.call(AxonService.openSession.path, framed(new Uint8Array()), headers)

/** Runs a flood, and tells what it cost beside what is the honest caller's own. */
async function costOf(target: AttackedAxon, flood: () => Promise<unknown>) {
  const startedMs = target.clock.monotonicMs()
  const before = target.checks()
  await flood()
  return { checks: target.checks() - before, seconds: Math.ceil((target.clock.monotonicMs() - startedMs) / 1000) }
}

/** Both profiles by turns. `extra` makes each attempt another one's. */
const floodBy =
  (caller: Http2Caller, signer: Parameters<typeof openCall>[0], extra: (i: number) => CallerHeaders = () => ({})) =>
  async () => {
    for (let i = 0; i < attempts; i++) {
      const { status } =
        i % 2 === 0
          ? await say(caller, { ...(await signedCall(signer, bench.cast.bob)), ...extra(i) })
          : await open(caller, { ...(await openCall(signer, bench.cast.bob)), ...extra(i) })
      expect([unauthenticated, exhausted, denied]).toContain(status)
    }
  }

/** A replay store that tells whose nonces it was asked to keep. */
function observedStore() {
  const store = createMemoryReplayStore({ completeSinceNs: 0n })
  const keptFor: string[] = []
  const replayStore: ReplayStore = {
    retentionMs: store.retentionMs,
    checkAndStore: (entry) => {
      keptFor.push(entry.hotkey)
      return store.checkAndStore(entry)
    },
  }
  return { replayStore, kept: ({ address }: { readonly address: string }) => keptFor.filter((hotkey) => hotkey === address).length }
}

const slow = { limits: { failedSignaturesPerSecond: 2 } }
const fast = { limits: { failedSignaturesPerSecond: 1_000 } }
// A full bucket is twice what comes back in a second.
const bucketOf = (seconds: number) => 4 + 2 * seconds

describe('attack: calls and openings in names that nobody registered', () => {
  async function flood(target: AttackedAxon) {
    return costOf(target, floodBy(from(target), bench.cast.mallory))
  }

  it('is refused before a signature is looked at, and before anything is kept', async () => {
    const { replayStore, kept } = observedStore()
    const target = await attacked({ ...fast, replayStore })
    const { checks } = await besideHonest(target, () => flood(target))
    expect([checks, kept(bench.cast.mallory)]).toEqual([0, 0])
    expect(target.handled).not.toContain(bench.cast.mallory.address)
  })

  it('control: costs a check each, and a place in the memory of nonces, where the directory is asked afterwards', async () => {
    off.asksFirst = true
    const { replayStore, kept } = observedStore()
    const target = await attacked({ ...fast, replayStore })
    const { checks } = await besideHonest(target, () => flood(target))
    expect([checks, kept(bench.cast.mallory)]).toEqual([attempts, attempts])
  })
})

describe('attack: bad signatures in a registered name', () => {
  it('is refused at the cost of its own bucket', async () => {
    const { replayStore, kept } = observedStore()
    const target = await attacked({ ...slow, replayStore })
    const { checks, seconds } = await besideHonest(target, () => costOf(target, floodBy(from(target), impostorOf(bench.cast.alice))))
    expect(checks).toBeLessThanOrEqual(bucketOf(seconds))
    expect(checks).toBeLessThan(attempts)
    // The opening of her own session.
    expect(kept(bench.cast.alice)).toBe(1)
  })

  it('control: succeeds without the bucket, a check for each', async () => {
    const target = await attacked(fast)
    const { checks } = await besideHonest(target, () => costOf(target, floodBy(from(target), impostorOf(bench.cast.alice))))
    expect(checks).toBe(attempts)
  })
})

describe('attack: starving a caller by flooding in its name', () => {
  async function starve(): Promise<number | 'none'> {
    const target = await attacked(slow)
    await floodBy(from(target), impostorOf(bench.cast.alice))()
    const own = from(target, '127.0.0.1')
    return (await say(own, await signedCall(bench.cast.alice, bench.cast.bob))).status
  }

  it('is refused: nothing is charged to the name', async () => {
    expect(await starve()).toBe(0)
  })

  it('control: succeeds without buckets by source, by claimed name instead', async () => {
    off.bySource = true
    expect(await starve()).toBe(exhausted)
  })
})

describe('attack: another forwarded address with each attempt', () => {
  const forwarded = (i: number) => ({ 'x-forwarded-for': `203.0.113.${i}`, forwarded: `for=203.0.113.${i}`, 'x-real-ip': `203.0.113.${i}` })

  it('is refused: from a peer that is no trusted proxy these headers are nothing', async () => {
    const target = await attacked({ ...slow, trustedProxies: ['127.0.0.9'] })
    const flood = floodBy(from(target), impostorOf(bench.cast.alice), forwarded)
    const { checks, seconds } = await besideHonest(target, () => costOf(target, flood))
    expect(checks).toBeLessThanOrEqual(bucketOf(seconds))
  })

  it('control: succeeds when such a peer is trusted', async () => {
    const target = await attacked({ ...slow, trustedProxies: ['127.0.0.2'] })
    const { checks } = await costOf(target, floodBy(from(target), impostorOf(bench.cast.alice), forwarded))
    expect(checks).toBe(attempts)
  })
})

describe('attack: another address of one IPv6 /64 with each attempt', () => {
  const options = { ...slow, trustedProxies: ['127.0.0.2'] }
  const forwarded = (i: number) => ({ 'x-forwarded-for': `2001:db8:1:2:${i.toString(16)}::1` })

  it('is refused at the cost of one bucket', async () => {
    const target = await attacked(options)
    const flood = floodBy(from(target), impostorOf(bench.cast.alice), forwarded)
    const { checks, seconds } = await besideHonest(target, () => costOf(target, flood))
    expect(checks).toBeLessThanOrEqual(bucketOf(seconds))
  })

  it('control: succeeds without counting by /64', async () => {
    off.bySlash64 = true
    const target = await attacked(options)
    const { checks } = await costOf(target, floodBy(from(target), impostorOf(bench.cast.alice), forwarded))
    expect(checks).toBe(attempts)
  })
})

describe('attack: so many nonces that one is forgotten, and then that one again', () => {
  const room = 20

  async function replayAfterFlood(target: AttackedAxon) {
    const caller = from(target)
    const captured = await signedCall(bench.cast.charlie, bench.cast.bob)
    expect((await say(caller, captured)).status).toBe(0)
    const statuses = new Set<number | 'none'>()
    for (let i = 0; i < 2 * room; i++) statuses.add((await say(caller, await signedCall(bench.cast.charlie, bench.cast.bob))).status)
    const before = target.handled.filter((hotkey) => hotkey === bench.cast.charlie.address).length
    const { status } = await say(caller, captured)
    const after = target.handled.filter((hotkey) => hotkey === bench.cast.charlie.address).length
    return { statuses, status, handledAgain: after - before }
  }

  it('is refused: a hotkey whose share is full is served no more, nobody is forgotten, and others have their own', async () => {
    const replayStore = createMemoryReplayStore({ maxEntries: 8 * room, completeSinceNs: 0n })
    const target = await attacked({ replayStore })
    const outcome = await besideHonest(target, () => replayAfterFlood(target))
    expect(outcome).toEqual({ statuses: new Set([0, unavailable]), status: unauthenticated, handledAgain: 0 })
    expect((await say(from(target), await signedCall(bench.cast.alice, bench.cast.bob))).status).toBe(0)
  })

  it('is refused when all is full, and sessions go on', async () => {
    const replayStore = createMemoryReplayStore({ maxEntries: room, maxEntriesPerHotkey: room, completeSinceNs: 0n })
    const target = await attacked({ replayStore })
    const { handledAgain } = await besideHonest(target, () => replayAfterFlood(target))
    expect(handledAgain).toBe(0)
    expect((await say(from(target), await signedCall(bench.cast.alice, bench.cast.bob))).status).toBe(unavailable)
  })

  it('control: succeeds with a store that evicts', async () => {
    const kept = new Set<string>()
    const evicting: ReplayStore = {
      retentionMs: 60_000,
      checkAndStore: ({ profile, hotkey, nonce }) => {
        const key = `${profile} ${hotkey} ${nonce}`
        if (kept.has(key)) return 'seen'
        const [oldest] = kept
        if (kept.size >= room && oldest !== undefined) kept.delete(oldest)
        kept.add(key)
        return 'stored'
      },
    }
    const { status, handledAgain } = await replayAfterFlood(await attacked({ replayStore: evicting }))
    expect({ status, handledAgain }).toEqual({ status: 0, handledAgain: 1 })
  })
})
