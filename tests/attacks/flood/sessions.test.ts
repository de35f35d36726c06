import { AxonService, type NeuronEntry, type SignatureScheme, type Ss58Address } from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as Standings from '../../../packages/axon/src/admission/standing.js'
import type * as SessionStores from '../../../packages/axon/src/session/session-store.js'
import { directoryOf, Echo, signers } from '../../axon-dendrite-support.js'
import type { AttackedAxon } from '../support/attacked-axon.js'
import { floodBench } from '../support/flood-bench.js'
import { openCall, sayBody } from '../support/forged-credentials.js'
import { besideHonest } from '../support/honest-caller.js'
import { framed, type Http2Caller } from '../support/http2-caller.js'

const off = vi.hoisted(() => ({ refusesWhenFull: false, asksAtEachCall: false }))

vi.mock('../../../packages/axon/src/session/session-store.js', async (original) => {
  const real = await original<typeof SessionStores>()
  /** One that makes room by ending the session that was opened first. */
  class Evicting extends real.SessionStore {
    readonly #owners: Ss58Address[] = []
    override hasRoomFor(hotkey: Ss58Address): boolean {
      if (!off.refusesWhenFull) return super.hasRoomFor(hotkey)
      while (!super.hasRoomFor(hotkey)) {
        const first = this.#owners.shift()
        if (first === undefined) return false
        this.dropHotkey(first)
      }
      return true
    }
    override open(options: SessionStores.OpenSessionOptions): boolean {
      const isOpen = super.open(options)
      if (isOpen) this.#owners.push(options.hotkey)
      return isOpen
    }
  }
  return { SessionStore: Evicting }
})

vi.mock('../../../packages/axon/src/admission/standing.js', async (original) => {
  const real = await original<typeof Standings>()
  /** One that believes for ever what it heard of a hotkey when it was proved. */
  class Remembering extends real.Standing {
    readonly #heard = new Map<Ss58Address, NeuronEntry>()
    override ofProved(hotkey: Ss58Address, scheme: SignatureScheme) {
      const heard = this.#heard.get(hotkey)
      if (off.asksAtEachCall && heard !== undefined) return heard
      const now = super.ofProved(hotkey, scheme)
      if (!('status' in now)) this.#heard.set(hotkey, now)
      return now
    }
  }
  return { Standing: Remembering }
})

const exhausted = 8
const denied = 7

const bench = floodBench()
const { attacked, from } = bench

afterEach(() => {
  off.refusesWhenFull = false
  off.asksAtEachCall = false
})

async function openAs(caller: Http2Caller, signer: LocalSigner) {
  const headers = await openCall(signer, bench.cast.bob)
  const { status, body } = await caller.call(AxonService.openSession.path, framed(new Uint8Array()), headers)
  return { status, token: status === 0 ? Buffer.from(AxonService.openSession.response.decode(body.subarray(5)).token).toString('hex') : '' }
}

const say = async (caller: Http2Caller, token: string) =>
  (await caller.call(Echo.say.path, framed(sayBody), { 'tk-session': token })).status

describe('attack: sessions without end by a registered hotkey', () => {
  async function flood(target: AttackedAxon) {
    const caller = from(target)
    const tokens: string[] = []
    for (let i = 0; i < 30; i++) {
      const { status, token } = await openAs(caller, bench.cast.charlie)
      if (status === 0) tokens.push(token)
    }
    let alive = 0
    for (const token of tokens) if ((await say(caller, token)) === 0) alive++
    return alive
  }

  it('is refused beyond its share, and signs for no more than its rate', async () => {
    const target = await attacked({ limits: { maxSessionsPerHotkey: 4 } })
    const startedMs = target.clock.monotonicMs()
    expect(await besideHonest(target, () => flood(target))).toBe(4)
    // One is the honest caller's.
    const most = 1 + 4 + Math.ceil((target.clock.monotonicMs() - startedMs) / 1000)
    expect(target.metrics.total('tensorkit_axon_signatures_made_total')).toBeLessThanOrEqual(most)
  })

  it('control: succeeds without a share and a rate', async () => {
    const target = await attacked({ limits: { maxSessionsPerHotkey: 4096, sessionOpensPerSecondPerHotkey: 1_000 } })
    expect(await flood(target)).toBe(30)
  })
})

describe('attack: so many registered hotkeys open sessions that others lose theirs', () => {
  const room = 8

  async function fill(target: AttackedAxon, crowd: readonly LocalSigner[]) {
    const caller = from(target)
    const statuses: (number | 'none')[] = []
    for (const signer of crowd) statuses.push((await openAs(caller, signer)).status)
    return statuses
  }

  async function crowdedAxon() {
    const crowd = await signers(...Array.from({ length: 2 * room }, (_, i) => `Crowd${i}`))
    const target = await attacked({ limits: { maxSessions: room } })
    const { alice, charlie } = bench.cast
    target.directory.replace(directoryOf([alice, charlie, ...crowd].map(({ address }) => ({ hotkey: address, validatorPermit: true }))))
    return { target, crowd }
  }

  it('is refused when there is no room, and nobody is evicted', async () => {
    const { target, crowd } = await crowdedAxon()
    const statuses = await besideHonest(target, () => fill(target, crowd))
    expect(statuses.filter((status) => status === 0)).toHaveLength(room - 1)
    expect(new Set(statuses.slice(room - 1))).toEqual(new Set([exhausted]))
  })

  it('control: succeeds with a store that evicts: the honest session is gone', async () => {
    off.refusesWhenFull = true
    const { target, crowd } = await crowdedAxon()
    const honest = from(target, '127.0.0.1')
    const { token } = await openAs(honest, bench.cast.alice)
    expect(await say(honest, token)).toBe(0)
    expect(new Set(await fill(target, crowd))).toEqual(new Set([0]))
    expect(await say(honest, token)).not.toBe(0)
  })
})

describe('attack: calls on by a hotkey that was deregistered', () => {
  async function callOn(target: AttackedAxon) {
    const caller = from(target)
    const { token } = await openAs(caller, bench.cast.charlie)
    expect(await say(caller, token)).toBe(0)
    const before = target.handled.filter((hotkey) => hotkey === bench.cast.charlie.address).length
    target.directory.replace(directoryOf([{ hotkey: bench.cast.alice.address, validatorPermit: true, stake: 1n }]))
    const statuses = [await say(caller, token), await say(caller, token)]
    return { statuses, handled: target.handled.filter((hotkey) => hotkey === bench.cast.charlie.address).length - before }
  }

  it('is refused at the next call, which ends the session', async () => {
    const target = await attacked()
    const { statuses, handled } = await besideHonest(target, () => callOn(target))
    expect(statuses).toEqual([denied, 16])
    expect(handled).toBe(0)
  })

  it('control: succeeds without asking the directory at each call', async () => {
    off.asksAtEachCall = true
    expect(await callOn(await attacked())).toEqual({ statuses: [0, 0], handled: 2 })
  })
})
