import { AxonService, answerSession, type Clock, defineProtocol, type Method, message, string, uint32, unary } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import { createDendrite, type DendriteOptions } from '@tensorkit/dendrite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { CallRequest } from '../../../packages/dendrite/src/call/caller.js'
import { Echo } from '../../axon-dendrite-support.js'
import { domain } from '../../axon-session-support.js'
import { encodeText, pushableClock, Talk } from '../../dendrite-support.js'
import { type Behaviour, noLimits, startTestPeer } from '../../support/test-peer.js'
import { attackBench, castOf } from '../support/attack-bench.js'
import { startManInTheMiddle } from '../support/man-in-the-middle.js'

type Protection =
  | "the check of the axon's answer"
  | 'the receiver'
  | 'the scheme that the directory names'
  | 'the clock of its own machine'
  | 'a reply apart from what the caller knows'
const without = vi.hoisted((): { protections: string[]; skewMs: number; message: Uint8Array } => ({
  protections: [],
  skewMs: 0,
  message: new Uint8Array(),
}))
const isOff = vi.hoisted(() => (protection: Protection) => without.protections.includes(protection))

vi.mock('../../../packages/core/src/auth/session/session-answer.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/core/src/auth/session/session-answer.js')>()
  const checkSessionAnswer: typeof actual.checkSessionAnswer = async (options) => {
    if (isOff("the check of the axon's answer")) return { ok: true, expiresAtS: Math.floor(Date.now() / 1000) + 600 }
    const named = Buffer.from(options.text as Uint8Array)
      .toString()
      .split('\n')[3] as typeof options.scheme
    return actual.checkSessionAnswer(isOff('the scheme that the directory names') ? { ...options, scheme: named } : options)
  }
  return { ...actual, checkSessionAnswer }
})

vi.mock('../../../packages/core/src/auth/session/check-session-claim.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/core/src/auth/session/check-session-claim.js')>()
  const checkSessionClaim: typeof actual.checkSessionClaim = (options) => {
    const named = Buffer.from(options.text as Uint8Array)
      .toString()
      .split('\n')[5] as typeof options.receiver
    return actual.checkSessionClaim(isOff('the receiver') ? { ...options, receiver: named } : options)
  }
  return { ...actual, checkSessionClaim }
})

vi.mock('../../../packages/dendrite/src/clock-skew.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/clock-skew.js')>()
  const describeSkew: typeof actual.describeSkew = (error, skewMs) => {
    without.skewMs = skewMs ?? 0
    return actual.describeSkew(error, skewMs)
  }
  return { ...actual, describeSkew }
})

vi.mock('../../../packages/dendrite/src/session/open-session.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/session/open-session.js')>()
  const sessionOpening: typeof actual.sessionOpening = (options, adviseStale) => {
    const aheadMs = () => (isOff('the clock of its own machine') ? -without.skewMs : 0)
    const clock: Clock = { ...options.clock, nowNs: () => options.clock.nowNs() + BigInt(Math.round(aheadMs())) * 1_000_000n }
    return actual.sessionOpening({ ...options, clock }, adviseStale)
  }
  return { ...actual, sessionOpening }
})

vi.mock('../../../packages/dendrite/src/call/call-unary.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/call/call-unary.js')>()
  const callUnary: typeof actual.callUnary = async (options) => {
    const outcome = await actual.callUnary(options)
    without.message = outcome.message ?? new Uint8Array()
    return outcome
  }
  return { ...actual, callUnary }
})

vi.mock('../../../packages/dendrite/src/call/caller.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/call/caller.js')>()
  class Caller extends actual.Caller {
    override async call<M extends Method>(request: CallRequest<M>) {
      const landed = await super.call(request)
      if (!isOff('a reply apart from what the caller knows') || !landed.reply.ok) return landed
      // As v10's process_server_response: every field that the peer sent is set on the caller's own object.
      const sent = Lying.say.response.decode(without.message)
      return { ...landed, reply: { ...landed.reply, ...(sent as object), value: sent as never } }
    }
  }
  return { ...actual, Caller }
})

const bench = attackBench()
afterEach(() => {
  without.protections = []
  without.skewMs = 0
})
const hi = { text: 'hi', count: 1 }

/** Fields and trailers by the names of everything that v10 let a miner write. */
const Liar = message('Liar', {
  text: string(1),
  count: uint32(2),
  hotkey: string(50),
  uid: uint32(51),
  timings: string(52),
})
const Lying = defineProtocol('test.v1.Lying', { say: unary({ request: Liar, response: Liar }) })
const lies = { text: 'hi', count: 1, hotkey: '5Fake', uid: 0, timings: '{"callMs":0}' }

describe.each(['http2', 'grpc-js'] as const)('over %s', (transport) => {
  const dendriteOf = async (options: Partial<DendriteOptions> = {}) => {
    const { alice } = await castOf()
    return bench.keep(createDendrite({ signer: alice, directory: domain, timeoutMs: 10_000, transport, ...options }))
  }

  describe('attack: whoever answers at an address signs for himself, not for the hotkey that was meant', () => {
    const ask = async (change: 'his own key' | 'no key' | 'another request' | 'another token' | 'another subnet') => {
      const { bob, eve } = await castOf()
      const openSession: Behaviour = async ({ headers, answer }) => {
        const clientText = Buffer.from(String(headers['tk-open-bin']), 'base64')
        const token = new Uint8Array(32).fill(7)
        const signed = await answerSession({
          // What he has of Bob: answers of Bob's to other requests, of other tokens, of another subnet.
          signer: change === 'his own key' || change === 'no key' ? eve : bob,
          domain: change === 'another subnet' ? { ...domain, netuid: 2 } : domain,
          clientText: change === 'another request' ? new Uint8Array([1]) : clientText,
          token: change === 'another token' ? new Uint8Array(32).fill(8) : token,
          expiresAtS: Math.floor(Date.now() / 1000) + 600,
        })
        const signature = change === 'no key' ? new Uint8Array(64) : signed.signature
        answer([AxonService.openSession.response.encode({ token, text: signed.text, signature, limits: noLimits })])
      }
      const behaviours = {
        [Talk.say.path]: (({ answer }) => answer([encodeText('lies')])) as Behaviour,
        [AxonService.openSession.path]: openSession,
      }
      const peer = bench.keep(await startTestPeer({ signer: bob, domain, behaviours, checksTokens: false }))
      const target = { hotkey: bob.address, host: '127.0.0.1', port: peer.port }
      return { reply: await (await dendriteOf()).call(target, Talk.say, hi), paths: peer.paths }
    }

    it.each(['his own key', 'no key', 'another request', 'another token', 'another subnet'] as const)('is refused: %s', async (change) => {
      const { reply, paths } = await ask(change)
      expect(reply).toMatchObject({ ok: false, error: { code: 'DENDRITE_UNPROVED' } })
      expect(paths).toEqual([AxonService.openSession.path])
    })

    it("control: is believed without the check of the axon's answer", async () => {
      without.protections = ["the check of the axon's answer"]
      expect((await ask('his own key')).reply).toMatchObject({ ok: true, value: { text: 'lies' } })
    })
  })

  describe('attack: whoever answers has the key of another scheme with the address of the hotkey that was meant', () => {
    const ask = async () => {
      const twoFaced = await signerFromUri('//Two faces', 'ed25519')
      const behaviours = { [Talk.say.path]: (({ answer }) => answer([encodeText('lies')])) as Behaviour }
      const peer = bench.keep(await startTestPeer({ signer: twoFaced, domain, behaviours }))
      return (await dendriteOf()).call({ hotkey: twoFaced.address, host: '127.0.0.1', port: peer.port }, Talk.say, hi)
    }

    it('is refused', async () => expect(await ask()).toMatchObject({ ok: false, error: { code: 'DENDRITE_UNPROVED' } }))

    it('control: is believed without the scheme that the directory names', async () => {
      without.protections = ['the scheme that the directory names']
      expect(await ask()).toMatchObject({ ok: true, value: { text: 'lies' } })
    })
  })

  describe("attack: a miner has another miner answer, by passing the validator's opening on", () => {
    const relay = async () => {
      const { eve, alice } = await castOf()
      const ground = await bench.ground()
      // Eve's address is a pipe to Bob's axon.
      const pipe = bench.keep(await startManInTheMiddle({ upstream: { ...ground.axon.endpoint, tls: false } }))
      const dendrite = await dendriteOf({ insecure: true })
      const reply = await dendrite.call({ hotkey: eve.address, host: '127.0.0.1', port: pipe.port }, Echo.say, { text: 'hi', times: 1 })
      return { reply, ground, alice }
    }

    it("is refused by the other miner's axon", async () => {
      const { reply, ground } = await relay()
      expect(reply).toMatchObject({ ok: false, error: { code: 'DENDRITE_UNAUTHENTICATED' } })
      expect([ground.handled, ground.reason()]).toEqual([[], 'wrong_receiver'])
    })

    it('is refused by the validator, where the other miner helps', async () => {
      without.protections = ['the receiver']
      const { reply, ground } = await relay()
      expect(reply).toMatchObject({ ok: false, error: { code: 'DENDRITE_UNPROVED' } })
      expect(ground.handled).toEqual([])
    })

    it('control: succeeds without both', async () => {
      without.protections = ['the receiver', "the check of the axon's answer"]
      const { reply, ground, alice } = await relay()
      expect(reply).toMatchObject({ ok: true })
      expect(ground.handled).toEqual([{ method: 'say', hotkey: alice.address, text: 'hi' }])
    })
  })

  describe('attack: a peer sets the clock of its caller, to have openings that are good tomorrow', () => {
    const dayMs = 86_400_000
    /** Refuses as stale whatever comes, and says that it is tomorrow. @returns How far ahead the openings that it got are. */
    const mislead = async () => {
      const { bob } = await castOf()
      const aheadMs: number[] = []
      const openSession: Behaviour = ({ headers, refuse }) => {
        const time = Buffer.from(String(headers['tk-open-bin']), 'base64').toString().split('\n')[8] as string
        aheadMs.push(Number(BigInt(time) / 1_000_000n) - Date.now())
        refuse(16, 'AUTH_STALE')
      }
      const serverTimeMs = BigInt(Date.now() + dayMs)
      const description = { version: 1, serverTimeMs, hotkey: bob.address, profiles: ['session/1'], limits: noLimits, protocols: [] }
      const behaviours = {
        [AxonService.openSession.path]: openSession,
        [AxonService.describe.path]: (({ answer }) => answer([AxonService.describe.response.encode(description)])) as Behaviour,
      }
      const peer = bench.keep(await startTestPeer({ signer: bob, domain, behaviours }))
      const target = { hotkey: bob.address, host: '127.0.0.1', port: peer.port }
      const clock = pushableClock()
      const dendrite = await dendriteOf({ clock })
      for (let i = 0; i < 3; i++) {
        expect(await dendrite.call(target, Talk.say, hi)).toMatchObject({ ok: false, error: { code: 'AUTH_STALE' } })
        // What a peer says of its time is asked for again.
        clock.push(40_000)
      }
      return aheadMs
    }

    it('is in vain: it is told in the error, and nothing goes by it', async () => {
      const aheadMs = await mislead()
      expect(aheadMs).toHaveLength(3)
      for (const ahead of aheadMs) expect(Math.abs(ahead)).toBeLessThan(60_000)
    })

    it('control: succeeds with a client that corrects its clock by what the peer says', async () => {
      without.protections = ['the clock of its own machine']
      expect(Math.max(...(await mislead()))).toBeGreaterThan(dayMs - 60_000)
    })
  })

  describe('attack: a reply overwrites what the caller knows: who answered, how fast, what was asked', () => {
    const fakes = {
      hotkey: lies.hotkey,
      uid: '0',
      timings: lies.timings,
      bt_header_axon_hotkey: lies.hotkey,
      'x-bittensor-hotkey': lies.hotkey,
    }
    const start = async () => {
      const { bob } = await castOf()
      const lie: Behaviour = ({ answer }) => answer([Lying.say.response.encode(lies)], { 'grpc-status': '0', ...fakes })
      const peer = bench.keep(await startTestPeer({ signer: bob, domain, behaviours: { [Talk.say.path]: lie } }))
      const target = { hotkey: bob.address, host: '127.0.0.1', port: peer.port, uid: 9 as never }
      return { target, bob, dendrite: await dendriteOf() }
    }

    const ask = async () => {
      const { target, bob, dendrite } = await start()
      const request = { ...hi }
      return { bob, request, reply: await dendrite.call(target, Talk.say, request) }
    }

    it('is in vain', async () => {
      const { bob, request, reply } = await ask()
      expect(reply).toMatchObject({ ok: true, hotkey: bob.address, uid: 9 })
      expect(reply.timings.callMs).toBeGreaterThan(0)
      expect([request, reply.ok && reply.value]).toEqual([hi, hi])
    })

    it('control: succeeds with a client that writes what came over what it knew', async () => {
      without.protections = ['a reply apart from what the caller knows']
      const { reply } = await ask()
      expect(reply).toMatchObject({ ok: true, hotkey: lies.hotkey, uid: 0, timings: lies.timings })
    })
  })
})
