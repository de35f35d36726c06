import { X509Certificate } from 'node:crypto'
import { createTlsIdentity, type TlsIdentity } from '@tensorkit/axon'
import { AxonService, type NeuronCertificate } from '@tensorkit/core'
import { createDendrite, type DendriteOptions } from '@tensorkit/dendrite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeIdentity, type TestIdentity } from '../../../packages/dendrite/src/transport/test/certificates.js'
import { Echo } from '../../axon-dendrite-support.js'
import { domain } from '../../axon-session-support.js'
import { frame } from '../../support/test-peer.js'
import { attackBench, type Ground } from '../support/attack-bench.js'
import { type ManInTheMiddleOptions, startManInTheMiddle } from '../support/man-in-the-middle.js'
import { openSwitchboard } from '../support/switchboard.js'

type Protection = 'the TLS key in the signed texts' | 'the pin' | 'the comparison of the key beside the chain' | 'TLS 1.3 alone'
const without = vi.hoisted(() => ({ protection: undefined as string | undefined, alsoTrusted: '' }))
const isOff = vi.hoisted(
  () =>
    (...protections: Protection[]) =>
      protections.includes(without.protection as Protection),
)

vi.mock('../../../packages/core/src/auth/session/check-session-claim.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/core/src/auth/session/check-session-claim.js')>()
  const checkSessionClaim: typeof actual.checkSessionClaim = (options) => {
    const signed = Buffer.from(options.text as Uint8Array)
      .toString()
      .split('\n')[6] as string
    return actual.checkSessionClaim(isOff('the TLS key in the signed texts') ? { ...options, spkiSha256: signed } : options)
  }
  return { ...actual, checkSessionClaim }
})

vi.mock('../../../packages/dendrite/src/tls/pinned-tls-options.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/tls/pinned-tls-options.js')>()
  const pinnedTlsOptions: typeof actual.pinnedTlsOptions = (pin) => {
    const options = actual.pinnedTlsOptions(pin)
    const anyKey = { ...options, connection: { ...options.connection, checkServerIdentity: () => undefined } }
    // A client that trusts whoever has a certificate that somebody vouched for.
    if (isOff('the pin')) return { ...anyKey, context: { ...options.context, ca: without.alsoTrusted } }
    if (isOff('TLS 1.3 alone')) return { ...options, context: { ca: pin.leafPem } as never }
    return isOff('the comparison of the key beside the chain') ? anyKey : options
  }
  const isPinned: typeof actual.isPinned = (...given) =>
    isOff('the pin', 'the comparison of the key beside the chain') || actual.isPinned(...given)
  return { ...actual, pinnedTlsOptions, isPinned }
})

vi.mock('../../../packages/dendrite/src/transport/http2/open-socket.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/transport/http2/open-socket.js')>()
  const { connect } = await import('node:tls')
  const openSocket: typeof actual.openSocket = (target, tls, listener) => {
    if (tls === undefined || !isOff('TLS 1.3 alone')) return actual.openSocket(target, tls, listener)
    const socket = connect({ ...tls.options.connection, ...target, secureContext: tls.context })
    socket.once('error', () => listener.onFailure('connect', 'failed'))
    socket.once('secureConnect', () => listener.onOpen())
    return socket
  }
  return { ...actual, openSocket }
})

const bench = attackBench()
afterEach(() => {
  without.protection = undefined
})

const changedText = { texts: ['changed'] }
/** He makes another call of Say, with other words, and puts words into the axon's mouth. */
const meddle = {
  change: ({ path }) =>
    path === Echo.say.path ? { path: Echo.shout.path, body: frame(Echo.shout.request.encode({ text: 'meddled', times: 1 })) } : {},
  changeReply: (bytes, { path }) => (path === Echo.say.path ? frame(Echo.say.response.encode(changedText)) : bytes),
} satisfies Partial<ManInTheMiddleOptions>

const tlsOf = (identity: TlsIdentity | TestIdentity) => ({
  key: identity.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  cert: 'cert' in identity ? identity.cert : identity.certificatePem,
})
const between = async ({ axon, pin }: Ground, options: Partial<ManInTheMiddleOptions>) =>
  bench.keep(await startManInTheMiddle({ upstream: { ...axon.endpoint, tls: pin !== undefined }, ...meddle, ...options }))

describe.each(['http2', 'grpc-js'] as const)('over %s', (transport) => {
  const dendriteOf = ({ cast }: Ground, options: Partial<DendriteOptions> = {}) =>
    bench.keep(createDendrite({ signer: cast.alice, directory: domain, timeoutMs: 5_000, transport, ...options }))
  const ask = (ground: Ground, port: number, options: Partial<DendriteOptions> = {}) =>
    dendriteOf(ground, options).call({ hotkey: ground.cast.bob.address, host: '127.0.0.1', port }, Echo.say, { text: 'hi', times: 1 })

  const isUntouched = async (ground: Ground) => {
    expect(ground.handled).toEqual([])
    // Where nobody is in between, the same dendrite is served.
    expect(await ask(ground, ground.axon.endpoint.port)).toMatchObject({ ok: true, value: { texts: ['hi'] } })
  }
  const isMeddledWith = (ground: Ground, reply: Awaited<ReturnType<typeof ask>>) => {
    expect(reply).toMatchObject({ ok: true, value: changedText })
    expect(ground.handled).toEqual([{ method: 'shout', hotkey: ground.cast.alice.address, text: 'meddled' }])
  }

  describe('attack: a man in the middle with his own certificate, from the first probe on', () => {
    const attack = async () => {
      const ground = await bench.ground({ insecure: false })
      const man = await between(ground, { tls: tlsOf(await createTlsIdentity()) })
      return { ground, man, reply: await ask(ground, man.port) }
    }

    it('gets an opening that the axon does not take, no token and no call', async () => {
      const { ground, man, reply } = await attack()
      expect(reply).toMatchObject({ ok: false, error: { code: 'DENDRITE_UNAUTHENTICATED' } })
      expect([man.seen.map(({ path }) => path), ground.reason()]).toEqual([[AxonService.openSession.path], 'wrong_tls_key'])
      await isUntouched(ground)
    })

    it('control: reads and changes everything without the TLS key in the signed texts', async () => {
      without.protection = 'the TLS key in the signed texts'
      const { ground, man, reply } = await attack()
      isMeddledWith(ground, reply)
      expect(man.seen.at(-1)?.headers['tk-session']).toMatch(/^[0-9a-f]{64}$/)
    })
  })

  describe('attack: a man in the middle between neurons that speak plain text', () => {
    it('control: changes path, body and reply of a session without TLS', async () => {
      const ground = await bench.ground()
      const man = await between(ground, {})
      isMeddledWith(ground, await ask(ground, man.port, { insecure: true }))
    })

    it('reads and changes nothing in a session over TLS, whose bytes he passes on', async () => {
      const ground = await bench.ground({ insecure: false })
      const tap = bench.keep(await openSwitchboard(() => ground.axon.endpoint.port))
      expect(await ask(ground, tap.port)).toMatchObject({ ok: true, value: { texts: ['hi'] } })
      for (const readable of ['tk-session', '/test.v1.Echo', ground.cast.alice.address]) expect(tap.read().includes(readable)).toBe(false)
    })
  })

  describe('attack: a sniffer copies a request for himself', () => {
    const prompt = 'a question that no other miner shall know before its time'
    const sniff = async (insecure: boolean) => {
      const ground = await bench.ground({ insecure })
      const tap = bench.keep(await openSwitchboard(() => ground.axon.endpoint.port))
      const target = { hotkey: ground.cast.bob.address, host: '127.0.0.1', port: tap.port }
      expect(await dendriteOf(ground, { insecure }).call(target, Echo.say, { text: prompt, times: 2 })).toMatchObject({ ok: true })
      return tap.read().includes(prompt)
    }

    it('reads neither request nor reply', async () => expect(await sniff(false)).toBe(false))
    it('control: reads both without TLS', async () => expect(await sniff(true)).toBe(true))
  })

  describe('attack: a man in the middle with his own certificate, once the axon was probed', () => {
    const attack = async () => {
      const ground = await bench.ground({ insecure: false })
      const identity = await createTlsIdentity()
      without.alsoTrusted = identity.certificatePem
      const man = await between(ground, { tls: tlsOf(identity) })
      const path = bench.keep(await openSwitchboard((n) => (n === 1 ? ground.axon.endpoint.port : man.port)))
      return { ground, man, reply: await ask(ground, path.port) }
    }

    it('gets nothing at all', async () => {
      const { ground, man, reply } = await attack()
      // grpc-js does not tell that it was the certificate.
      expect(reply).toMatchObject({ ok: false, error: { code: transport === 'http2' ? 'DENDRITE_TLS_REFUSED' : 'DENDRITE_UNREACHABLE' } })
      expect(man.seen).toEqual([])
      await isUntouched(ground)
    })

    it('control: reads and changes everything without the pin', async () => {
      without.protection = 'the pin'
      const { ground, reply } = await attack()
      isMeddledWith(ground, reply)
    })
  })

  describe('attack: a man in the middle with a leaf that the pinned certificate signed', () => {
    const attack = async () => {
      const ca = await makeIdentity({ isCa: true })
      const ground = await bench.ground({ insecure: false, tls: asTlsIdentity(ca) })
      const man = await between(ground, { tls: tlsOf(await makeIdentity({ issuer: ca })) })
      const path = bench.keep(await openSwitchboard((n) => (n === 1 ? ground.axon.endpoint.port : man.port)))
      return { ground, man, reply: await ask(ground, path.port) }
    }

    it('gets nothing at all', async () => {
      const { ground, man, reply } = await attack()
      expect(reply).toMatchObject({ ok: false, error: { code: 'DENDRITE_TLS_REFUSED' } })
      expect(man.seen).toEqual([])
      await isUntouched(ground)
    })

    it('control: reads and changes everything by the chain alone, without the comparison of the key', async () => {
      without.protection = 'the comparison of the key beside the chain'
      const { ground, reply } = await attack()
      isMeddledWith(ground, reply)
    })
  })

  describe('attack: the connection after the probe is only good for TLS 1.2', () => {
    const attack = async () => {
      const identity = await createTlsIdentity()
      const ground = await bench.ground({ insecure: false, tls: identity })
      const man = await between(ground, { tls: { ...tlsOf(identity), maxVersion: 'TLSv1.2' }, change: undefined, changeReply: undefined })
      const path = bench.keep(await openSwitchboard((n) => (n === 1 ? ground.axon.endpoint.port : man.port)))
      return { ground, man, reply: await ask(ground, path.port) }
    }

    it('carries nothing, though the key is the pinned one', async () => {
      const { ground, man, reply } = await attack()
      expect(reply.ok).toBe(false)
      expect(man.seen).toEqual([])
      await isUntouched(ground)
    })

    it('control: carries the calls without TLS 1.3 alone', async () => {
      without.protection = 'TLS 1.3 alone'
      const { ground, man, reply } = await attack()
      expect(reply).toMatchObject({ ok: true })
      expect([man.seen.length, ground.handled.length]).toEqual([2, 1])
    })
  })

  describe('attack: a man in the middle of signed calls (btauth), which prove no axon', () => {
    const attack = async (published: boolean) => {
      const identity = await createTlsIdentity()
      const ground = await bench.ground({ insecure: false, tls: identity })
      const man = await between(ground, { tls: tlsOf(await createTlsIdentity()), change: undefined })
      const certificate: NeuronCertificate | undefined = published ? identity.certificate : undefined
      const directory = { ...domain, get: () => ({ hotkey: ground.cast.bob.address, scheme: 'sr25519', certificate }) as never }
      return { ground, man, reply: await ask(ground, man.port, { directory, profile: 'btauth' }) }
    }

    it('gets nothing where the neuron published its TLS key on chain', async () => {
      const { man, reply } = await attack(true)
      expect(reply).toMatchObject({ ok: false, error: { code: 'DENDRITE_TLS_REFUSED' } })
      expect(man.seen).toEqual([])
    })

    it('control: reads the call and answers as he likes without a key on chain', async () => {
      const { man, reply } = await attack(false)
      expect(reply).toMatchObject({ ok: true, value: changedText })
      expect(man.seen).toHaveLength(1)
    })

    it('cannot change the signed call even so', async () => {
      const ground = await bench.ground({ insecure: false })
      const man = await between(ground, { tls: tlsOf(await createTlsIdentity()) })
      expect(await ask(ground, man.port, { profile: 'btauth' })).toMatchObject({ ok: false })
      expect([ground.handled, ground.reason()]).toEqual([[], 'signature_invalid'])
    })
  })

  describe('attack: the thief of a TLS key goes on with it after the neuron published another one on chain', () => {
    type Shape = 'a target that was frozen' | 'an entry of an older snapshot'
    const revoke = async (shape: Shape, isPublished: boolean) => {
      const [stolen, next] = [await createTlsIdentity(), await createTlsIdentity()]
      const ground = await bench.ground({ insecure: false, tls: stolen })
      const { address: hotkey } = ground.cast.bob
      let certificate: NeuronCertificate = stolen.certificate
      const directory = { ...domain, get: () => ({ hotkey, scheme: 'sr25519', certificate }) as never }
      const dendrite = dendriteOf(ground, { directory, allowPrivateAddresses: true })
      const axon = ground.axon.endpoint
      const entry = { uid: 1, hotkey, coldkey: hotkey, scheme: 'sr25519', validatorPermit: false, stake: 0n, axon, certificate }
      const target = Object.freeze(shape === 'a target that was frozen' ? { hotkey, ...axon } : (entry as never))
      expect(await dendrite.call(target, Echo.say, { text: 'hi', times: 1 })).toMatchObject({ ok: true })
      if (isPublished) certificate = next.certificate
      const reply = await dendrite.call(target, Echo.say, { text: 'hi', times: 1 })
      return { reply, ground, dendrite }
    }

    it.each(['a target that was frozen', 'an entry of an older snapshot'] as const)('is noticed at the next call, by %s', async (shape) => {
      const { reply, ground, dendrite } = await revoke(shape, true)
      expect(reply.ok).toBe(false)
      expect([ground.handled.length, dendrite.peers()[0]?.isConnected]).toEqual([1, false])
    })

    it('control: succeeds without the new key on chain', async () => {
      const { reply, ground } = await revoke('a target that was frozen', false)
      expect([reply.ok, ground.handled.length]).toEqual([true, 2])
    })
  })
})

/** A certificate that may sign others, as an axon's identity. */
function asTlsIdentity({ leafPem, privateKey, spkiSha256 }: TestIdentity): TlsIdentity {
  const spki = new X509Certificate(leafPem).publicKey.export({ type: 'spki', format: 'der' })
  return { certificatePem: leafPem, privateKey, spkiSha256, certificate: { algorithm: 0x54, publicKey: new Uint8Array(spki.subarray(27)) } }
}
