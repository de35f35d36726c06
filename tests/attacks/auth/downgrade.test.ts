import type { IncomingHttpHeaders } from 'node:http2'
import { createServer } from 'node:net'
import { AxonService, type Method, type RefusalReason } from '@tensorkit/core'
import { createDendrite, type DendriteOptions, type Target } from '@tensorkit/dendrite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { CallRequest } from '../../../packages/dendrite/src/call/caller.js'
import { domain } from '../../axon-session-support.js'
import { echo, pushableClock, Talk } from '../../dendrite-support.js'
import { type Behaviour, noLimits, startTestPeer } from '../../support/test-peer.js'
import { attackBench, castOf } from '../support/attack-bench.js'

/** A dendrite that is made by the code of ours, and then goes on where ours gives up: with what, is its target's or the description's word. */
const without = vi.hoisted(() => ({
  otherwise: undefined as Partial<Target> | 'as described' | undefined,
  described: [] as readonly string[],
}))

vi.mock('../../../packages/dendrite/src/call/caller.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/call/caller.js')>()
  class Caller extends actual.Caller {
    override async call<M extends Method>(request: CallRequest<M>) {
      const landed = await super.call(request)
      const { otherwise, described } = without
      if (otherwise === undefined || landed.reply.ok) return landed
      landed.release()
      const profile = described.includes('session/1') ? 'session' : 'btauth'
      const target = { ...request.target, ...(otherwise === 'as described' ? { profile } : otherwise) } as Target
      return super.call({ ...request, target })
    }
  }
  return { ...actual, Caller }
})

vi.mock('../../../packages/dendrite/src/describe-axon.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/describe-axon.js')>()
  class AxonDescriber extends actual.AxonDescriber {
    override async describe(...given: Parameters<InstanceType<typeof actual.AxonDescriber>['describe']>) {
      const described = await super.describe(...given)
      if ('profiles' in described) without.described = described.profiles
      return described
    }
  }
  return { ...actual, AxonDescriber }
})

const bench = attackBench()
afterEach(() => {
  without.otherwise = undefined
  without.described = []
})
const hi = { text: 'a secret', count: 1 }

/** All that a hostile peer was sent, over TLS or not. */
interface Loot {
  readonly headers: IncomingHttpHeaders[]
  /** Bytes that came in the clear. */
  readonly clear: Buffer[]
}

const hasBtauth = ({ headers }: Loot) => headers.some((each) => Object.keys(each).some((name) => /^x-(bittensor|tk)-/.test(name)))
const hasToken = ({ headers }: Loot) => headers.some((each) => each['tk-session'] !== undefined)
const hasOpening = ({ headers }: Loot) => headers.some((each) => each['tk-open-bin'] !== undefined)
const hasSecret = ({ clear }: Loot) => Buffer.concat(clear).includes(hi.text)

type Call = (options: Partial<DendriteOptions>, target: Target) => Promise<{ readonly ok: boolean }>

/** Every status and reason by which a step could be failed, in the hope of a weaker next one. */
const failures: readonly (readonly [number, RefusalReason | undefined])[] = [
  [16, 'SESSION_EXPIRED'],
  [16, 'AUTH_REFUSED'],
  [16, 'AUTH_STALE'],
  [16, 'SESSION_REQUIRED'],
  [12, undefined],
  [14, 'DRAINING'],
  [7, 'DENIED'],
  [8, 'RATE'],
  [13, undefined],
  [2, undefined],
]

describe.each(['http2', 'grpc-js'] as const)('over %s', (transport) => {
  const calling = async () => {
    const { alice } = await castOf()
    const clock = pushableClock()
    const call: Call = async (options, target) => {
      const given = { signer: alice, directory: domain, timeoutMs: 5_000, transport, clock, ...options }
      const dendrite = bench.keep(createDendrite(given))
      // Twice, with the time between that a new attempt needs.
      const first = await dendrite.call(target, Talk.say, hi)
      clock.push(10_000)
      const second = await dendrite.call(target, Talk.say, hi)
      return { ok: first.ok || second.ok }
    }
    return call
  }
  const hostile = async (fail: Behaviour, openSession?: Behaviour, more: Readonly<Record<string, Behaviour>> = {}) => {
    const { eve } = await castOf()
    const loot: Loot = { headers: [], clear: [] }
    const note =
      (next: Behaviour): Behaviour =>
      (call) => {
        loot.headers.push(call.headers)
        return next(call)
      }
    const behaviours = { ...more, [Talk.say.path]: note(fail), ...(openSession && { [AxonService.openSession.path]: note(openSession) }) }
    const peer = bench.keep(await startTestPeer({ signer: eve, domain, behaviours, checksTokens: false }))
    return { loot, target: { hotkey: eve.address, host: '127.0.0.1', port: peer.port } }
  }
  /** Takes connections in the clear, and breaks those that are TLS. */
  const clearText = async () => {
    const { eve } = await castOf()
    const loot: Loot = { headers: [], clear: [] }
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (bytes) => {
        loot.clear.push(bytes)
        if (bytes[0] === 0x16) socket.destroy()
        // HTTP/2's empty SETTINGS, and its acknowledgement: go on.
        else socket.write(Buffer.from('000000040000000000000000040100000000', 'hex'))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    bench.keep({ close: () => server.close() })
    return { loot, target: { hotkey: eve.address, host: '127.0.0.1', port: (server.address() as { port: number }).port } }
  }

  describe('attack: a peer fails every OpenSession, to be called with a signature in each call instead', () => {
    it.each(failures)('gets no other credentials by status %s, %s', async (code, reason) => {
      const call = await calling()
      const { loot, target } = await hostile(echo, ({ refuse }) => refuse(code, reason))
      expect(await call({}, target)).toEqual({ ok: false })
      expect(loot.headers.length).toBeGreaterThan(0)
      expect([hasOpening(loot), hasBtauth(loot), hasToken(loot)]).toEqual([true, false, false])
    })

    it('control: gets a signed call from a client that falls back by itself', async () => {
      const call = await calling()
      const { loot, target } = await hostile(echo, ({ refuse }) => refuse(12))
      without.otherwise = { profile: 'btauth' }
      expect(await call({}, target)).toEqual({ ok: true })
      expect([hasOpening(loot), hasBtauth(loot), hasToken(loot)]).toEqual([true, true, false])
    })
  })

  describe('attack: a peer, or whoever is on the path, describes an axon that takes signed calls alone', () => {
    const describing = async () => {
      const { alice, eve } = await castOf()
      const description = {
        version: 1,
        serverTimeMs: BigInt(Date.now()),
        hotkey: eve.address,
        profiles: ['btauth/1'],
        limits: noLimits,
        protocols: [],
      }
      const { loot, target } = await hostile(echo, ({ refuse }) => refuse(12), {
        [AxonService.describe.path]: ({ answer }) => answer([AxonService.describe.response.encode(description)]),
      })
      const dendrite = bench.keep(createDendrite({ signer: alice, directory: domain, timeoutMs: 5_000, transport }))
      const described = await dendrite.describe(target)
      expect(described).toMatchObject({ ok: true, value: { profiles: ['btauth/1'] } })
      return { loot, reply: await dendrite.call(target, Talk.say, hi) }
    }

    it('gets none: what is described decides nothing', async () => {
      const { loot, reply } = await describing()
      expect(reply.ok).toBe(false)
      expect([hasOpening(loot), hasBtauth(loot)]).toEqual([true, false])
    })

    it('control: gets a signed call from a client that goes by it', async () => {
      without.otherwise = 'as described'
      const { loot, reply } = await describing()
      expect(reply.ok).toBe(true)
      expect([hasOpening(loot), hasBtauth(loot)]).toEqual([true, true])
    })
  })

  describe('attack: a peer fails every call of a session, to be called otherwise', () => {
    it.each(failures)('gets no other credentials by status %s, %s', async (code, reason) => {
      const call = await calling()
      const { loot, target } = await hostile(({ refuse }) => refuse(code, reason))
      expect(await call({}, target)).toEqual({ ok: false })
      expect([hasToken(loot), hasBtauth(loot)]).toEqual([true, false])
    })

    it('control: gets a signed call from a client that falls back by itself', async () => {
      const call = await calling()
      const { loot, target } = await hostile(({ refuse }) => refuse(12))
      without.otherwise = { profile: 'btauth' }
      expect(await call({}, target)).toEqual({ ok: false })
      expect([hasToken(loot), hasBtauth(loot)]).toEqual([true, true])
    })
  })

  describe('attack: a peer fails every signed call, to be called otherwise', () => {
    it.each(failures)('gets no other credentials by status %s, %s', async (code, reason) => {
      const call = await calling()
      const { loot, target } = await hostile(
        ({ refuse }) => refuse(code, reason),
        ({ refuse }) => refuse(code, reason),
      )
      expect(await call({ profile: 'btauth' }, target)).toEqual({ ok: false })
      expect([hasBtauth(loot), hasOpening(loot), hasToken(loot)]).toEqual([true, false, false])
    })

    it('control: gets an opening from a client that falls back by itself', async () => {
      const call = await calling()
      const refused: Behaviour = ({ refuse }) => refuse(12)
      const { loot, target } = await hostile(refused, refused)
      without.otherwise = { profile: 'session' }
      expect(await call({ profile: 'btauth' }, target)).toEqual({ ok: false })
      expect([hasBtauth(loot), hasOpening(loot)]).toEqual([true, true])
    })
  })

  describe('attack: a peer breaks TLS, to be called in plain text', () => {
    it.each(['session', 'btauth'] as const)('reads nothing of a call by the profile %s', async (profile) => {
      const call = await calling()
      const { loot, target } = await clearText()
      expect(await call({ profile }, target)).toEqual({ ok: false })
      // Handshakes, and nothing else.
      expect(loot.clear.length).toBeGreaterThan(0)
      expect(loot.clear.filter((bytes) => bytes[0] !== 0x16)).toEqual([])
    })

    it.each(['session', 'btauth'] as const)(
      'control: reads what a client by the profile %s says that falls back by itself',
      async (profile) => {
        const call = await calling()
        const { loot, target } = await clearText()
        without.otherwise = { plaintext: true }
        expect(await call({ profile }, target)).toEqual({ ok: false })
        expect(loot.clear.filter((bytes) => bytes[0] !== 0x16)).not.toEqual([])
        // A session asks for proof before it says more.
        expect(hasSecret(loot)).toBe(profile === 'btauth')
      },
    )
  })
})
