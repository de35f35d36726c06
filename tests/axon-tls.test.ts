import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, createServer, type TLSSocket } from 'node:tls'
import { status } from '@grpc/grpc-js'
import { type Axon, type AxonOptions, createAxon, createTlsIdentity, type TlsIdentity } from '@tensorkit/axon'
import { createMemoryReplayStore, defineProtocol, type Metrics, message, type NeuronCertificate, uint32, unary } from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { directoryOf, genesisHash, signers } from './axon-dendrite-support.js'
import { openRawSession, type RawSession } from './raw-session.js'

const Slow = defineProtocol('test.v1.Slow', {
  wait: unary({ request: message({ ms: uint32(1) }), response: message({ ms: uint32(1) }) }),
})
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

let alice: LocalSigner
let bob: LocalSigner
let identity: TlsIdentity
const opened: { close(): unknown }[] = []
const sockets: Socket[] = []

async function serve(options: Partial<AxonOptions> = {}): Promise<Axon> {
  const axon = createAxon({
    signer: bob,
    directory: directoryOf([{ hotkey: alice.address, validatorPermit: true, stake: 5n }]),
    port: 0,
    tls: identity,
    replayStore: createMemoryReplayStore({ completeSinceNs: 0n }),
    ...options,
  })
  opened.push(axon)
  axon.implement(Slow, {
    wait: async ({ ms }) => {
      await wait(ms)
      return { ms }
    },
  })
  await axon.listen()
  return axon
}

async function session(axon: Axon, pin = identity): Promise<RawSession> {
  const raw = await openRawSession({
    signer: alice,
    server: bob.address,
    domain: { genesisHash, netuid: 1 },
    endpoint: axon.endpoint,
    pin,
  })
  opened.push(raw)
  return raw
}

/** What comes of a TLS handshake: the socket, or the code of what went wrong. */
async function shake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket | string> {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: ['h2'], ...options })
  sockets.push(socket)
  try {
    await once(socket, 'secureConnect')
    return socket
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'closed'
  }
}

function counting(): { readonly metrics: Metrics; readonly refused: string[] } {
  const refused: string[] = []
  return {
    refused,
    metrics: {
      count: (name, labels) => {
        if (name === 'tensorkit_axon_connections_refused_total') refused.push(String(labels?.reason))
      },
      gauge: () => {},
      observe: () => {},
    },
  }
}

const closed = (socket: Socket) =>
  socket.destroyed ? Promise.resolve() : new Promise<void>((resolve) => socket.once('close', () => resolve()))

beforeAll(async () => {
  ;[alice, bob] = (await signers('Alice', 'Bob')) as [LocalSigner, LocalSigner]
  identity = await createTlsIdentity()
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(opened.splice(0).map((closable) => closable.close()))
})

describe('TLS', () => {
  it('is version 1.3, h2, and the key that the axon publishes', async () => {
    const axon = await serve()
    const socket = (await shake(axon.endpoint.port)) as TLSSocket
    expect([socket.getProtocol(), socket.alpnProtocol]).toEqual(['TLSv1.3', 'h2'])
    const spki = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' }) as Buffer
    expect(axon.certificate).toEqual({ algorithm: 0x54, publicKey: new Uint8Array(spki.subarray(27)) })
    expect(spki).toHaveLength(91)
  })

  it('has a key of its own when none was given', async () => {
    const [one, other] = await Promise.all([serve({ tls: undefined }), serve({ tls: undefined })])
    expect(one?.certificate?.publicKey).toHaveLength(64)
    expect(one?.certificate).not.toEqual(other?.certificate)
  })

  it.each([
    ['version 1.2', { maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' }],
    ['another protocol than h2', { ALPNProtocols: ['http/1.1'] }],
  ] as const)('refuses %s', async (_name, options) => {
    const { metrics, refused } = counting()
    const axon = await serve({ metrics })
    const outcome = await shake(axon.endpoint.port, options)
    // With TLS 1.3 a client may be done before it hears that the server is not.
    if (typeof outcome !== 'string') await closed(outcome)
    await expect.poll(() => refused.length).toBe(1)
    expect(refused[0]).toMatch(/^tls_(failed|alpn)$/)
  })

  it('refuses a client that names no protocol', async () => {
    const { metrics, refused } = counting()
    const axon = await serve({ metrics })
    const outcome = await shake(axon.endpoint.port, { ALPNProtocols: undefined })
    if (typeof outcome !== 'string') await closed(outcome)
    await expect.poll(() => refused).toEqual(['tls_alpn'])
  })

  it('refuses plain text', async () => {
    const { metrics, refused } = counting()
    const axon = await serve({ metrics })
    const socket = connectTcp(axon.endpoint.port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {})
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    await closed(socket)
    expect(refused).toEqual(['tls_failed'])
  })

  it('resumes no session, where a server of the usual kind does (the control)', async () => {
    const usual = createServer({
      cert: identity.certificatePem,
      key: identity.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      ALPNProtocols: ['h2'],
    })
    usual.on('secureConnection', (socket) => socket.on('error', () => {}))
    await new Promise<void>((resolve) => usual.listen(0, '127.0.0.1', resolve))
    opened.push(usual)
    const axon = await serve()
    const resumes = async (port: number): Promise<boolean> => {
      const first = (await shake(port)) as TLSSocket
      let ticket: Buffer | undefined
      first.on('session', (given: Buffer) => {
        ticket = given
      })
      first.on('error', () => {})
      first.resume()
      await wait(150)
      const second = (await shake(port, { session: ticket ?? first.getSession() })) as TLSSocket
      return second.isSessionReused()
    }
    const { port } = usual.address() as { port: number }
    expect(await resumes(port)).toBe(true)
    expect(await resumes(axon.endpoint.port)).toBe(false)
  })

  it('must be agreed on in time, also by who drips', async () => {
    const { metrics, refused } = counting()
    const axon = await serve({ metrics, limits: { handshakeMs: 300 } })
    const silent = connectTcp(axon.endpoint.port, '127.0.0.1')
    const dripping = connectTcp(axon.endpoint.port, '127.0.0.1')
    for (const socket of [silent, dripping]) {
      sockets.push(socket)
      socket.on('error', () => {})
    }
    // The head of a ClientHello that never ends.
    const hello = Buffer.from('16030102000100', 'hex')
    let sent = 0
    const drip = setInterval(() => dripping.write(hello.subarray(sent, ++sent)), 50)
    const startedMs = performance.now()
    await Promise.all([closed(silent), closed(dripping)])
    clearInterval(drip)
    expect(performance.now() - startedMs).toBeLessThan(2_000)
    expect(refused).toEqual(['tls_slow', 'tls_slow'])
    expect((await (await session(axon)).unary(Slow.wait, { ms: 1 })).status.code).toBe(status.OK)
  })

  it('counts connections before their handshake', async () => {
    const { metrics, refused } = counting()
    const axon = await serve({ metrics, limits: { maxConnectionsPerSource: 3 } })
    const silent = Array.from({ length: 3 }, () => connectTcp(axon.endpoint.port, '127.0.0.1'))
    for (const socket of silent) {
      sockets.push(socket)
      socket.on('error', () => {})
      await once(socket, 'connect')
    }
    expect(await shake(axon.endpoint.port)).toBe('ECONNRESET')
    expect(refused).toEqual(['connections_per_source'])
    for (const socket of silent) socket.destroy()
    await wait(50)
    expect(typeof (await shake(axon.endpoint.port))).toBe('object')
  })

  it('closes a connection that proves nobody in time', async () => {
    const axon = await serve({ limits: { firstCallMs: 300 } })
    const socket = (await shake(axon.endpoint.port)) as TLSSocket
    socket.on('error', () => {})
    socket.resume()
    const startedMs = performance.now()
    await closed(socket)
    expect(performance.now() - startedMs).toBeLessThan(2_000)
  })
})

describe('a session', () => {
  it('is bound to the key of its own handshake', async () => {
    const axon = await serve()
    const other = await createTlsIdentity()
    await expect(session(axon, { ...identity, spkiSha256: other.spkiSha256 })).rejects.toThrow()
    expect((await (await session(axon)).unary(Slow.wait, { ms: 1 })).status.code).toBe(status.OK)
  })
})

describe('rotation', () => {
  it('loses none of 64 calls in flight, and gives new connections the new key', async () => {
    const axon = await serve()
    const published: (NeuronCertificate | undefined)[] = [axon.certificate]
    const before = await session(axon)
    const calls = Array.from({ length: 64 }, () => before.unary(Slow.wait, { ms: 400 }))
    await wait(150)
    const next = await createTlsIdentity()
    axon.rotateTls(next)
    published.push(axon.certificate)
    const after = await session(axon, next)
    const [outcomes, fresh] = [await Promise.all(calls), await after.unary(Slow.wait, { ms: 1 })]
    expect(outcomes.filter((outcome) => outcome.status.code === status.OK)).toHaveLength(64)
    expect(fresh.status.code).toBe(status.OK)
    // The old connection goes on, with its session.
    expect((await before.unary(Slow.wait, { ms: 1 })).status.code).toBe(status.OK)
    expect(published).toEqual([identity.certificate, next.certificate])
    // The old pin opens nothing new.
    await expect(session(axon, identity)).rejects.toThrow()
  })

  it('of an axon that serves plain text is refused', async () => {
    const axon = await serve({ insecure: true, tls: undefined })
    expect(axon.certificate).toBeUndefined()
    expect(() => axon.rotateTls(identity)).toThrowError(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
  })

  it('takes nothing whose certificate is of another key', async () => {
    const axon = await serve()
    const other = await createTlsIdentity()
    expect(() => axon.rotateTls({ ...other, spkiSha256: identity.spkiSha256 })).toThrowError(
      expect.objectContaining({ code: 'AXON_TLS_KEY_INVALID' }),
    )
    expect((await (await session(axon)).unary(Slow.wait, { ms: 1 })).status.code).toBe(status.OK)
  })
})
