import { randomBytes, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ConnectionOptions, connect, createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { createTlsIdentity, type TlsIdentity } from '@tensorkit/axon'
import { AxonService } from '@tensorkit/core'
import { createDendrite } from '@tensorkit/dendrite'
import { describe, expect, it } from 'vitest'
import { Echo } from '../../axon-dendrite-support.js'
import { domain } from '../../axon-session-support.js'
import { pushableClock, sleep } from '../../dendrite-support.js'
import { attackBench } from '../support/attack-bench.js'
import { startManInTheMiddle } from '../support/man-in-the-middle.js'
import { openSwitchboard } from '../support/switchboard.js'

const bench = attackBench()
const keyOf = ({ privateKey, certificatePem }: TlsIdentity) => ({
  key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  cert: certificatePem,
})

/** A TLS server as Node has it by default: TLS 1.2 too, and tickets. */
async function usualServer(identity: TlsIdentity, options: TlsOptions = {}) {
  const server = bench.keep(createServer({ ...keyOf(identity), ALPNProtocols: ['h2'], ...options }))
  server.on('secureConnection', (socket) => {
    socket.on('error', () => {})
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** What comes of a handshake; with the ticket that it gave. */
async function shake(
  port: number,
  options: ConnectionOptions = {},
): Promise<{ socket: TLSSocket; ticket: Buffer | undefined } | undefined> {
  const socket = connect({ host: '127.0.0.1', port, ALPNProtocols: ['h2'], rejectUnauthorized: false, ...options })
  bench.keep({ close: () => socket.destroy() })
  let ticket: Buffer | undefined
  socket.on('session', (given) => {
    ticket = given
  })
  try {
    await once(socket, 'secureConnect')
    // An axon gives none.
    socket.resume()
    await Promise.race([once(socket, 'session'), once(socket, 'close'), sleep(200)])
    return { socket, ticket }
  } catch {
    return undefined
  }
}

describe('attack: a client agrees on TLS 1.2 with an axon', () => {
  const old = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const

  it('is refused, and an honest caller is served', async () => {
    const ground = await bench.ground({ insecure: false })
    expect(await shake(ground.axon.endpoint.port, old)).toBeUndefined()
    expect(ground.metrics.total('tensorkit_axon_connections_refused_total')).toBe(1)
    const connection = ground.connect()
    await ground.session(connection, ground.cast.alice)
  })

  it('control: succeeds with a server of the usual kind', async () => {
    const shaken = await shake(await usualServer(await createTlsIdentity()), old)
    expect(shaken?.socket.getProtocol()).toBe('TLSv1.2')
  })
})

describe('attack: a connection is resumed by a ticket, without a handshake that proves the key', () => {
  const resume = async (port: number) => {
    const first = await shake(port)
    const second = await shake(port, { session: first?.ticket ?? first?.socket.getSession() })
    return { hadTicket: first?.ticket !== undefined, isReused: second?.socket.isSessionReused() }
  }

  it('is refused by an axon: it resumes nothing, whatever is offered', async () => {
    const ground = await bench.ground({ insecure: false })
    expect(await resume(ground.axon.endpoint.port)).toMatchObject({ isReused: false })
  })

  it('control: succeeds with a server of the usual kind', async () => {
    expect(await resume(await usualServer(await createTlsIdentity()))).toEqual({ hadTicket: true, isReused: true })
  })
})

describe('attack: a thief of ticket keys resumes a pinned connection under a key of his own', () => {
  // The axon's operator let tickets be made; their keys were stolen, its TLS key was not.
  const places = async () => {
    const [identity, ofThief, ticketKeys] = [await createTlsIdentity(), await createTlsIdentity(), randomBytes(48)]
    const ground = await bench.ground({ insecure: false, tls: identity })
    const upstream = { ...ground.axon.endpoint, tls: true }
    const front = bench.keep(await startManInTheMiddle({ upstream, tls: { ...keyOf(identity), ticketKeys } }))
    const thief = bench.keep(await startManInTheMiddle({ upstream, tls: { ...keyOf(ofThief), ticketKeys } }))
    return { ground, identity, front, thief, ofThief, ticketKeys }
  }

  it.each(['http2', 'grpc-js'] as const)('gets nothing from a dendrite over %s, which offers no ticket', async (transport) => {
    const { ground, front, thief } = await places()
    let isDiverted = false
    const path = bench.keep(await openSwitchboard(() => (isDiverted ? thief : front).port))
    const clock = pushableClock()
    const dendrite = bench.keep(createDendrite({ signer: ground.cast.alice, directory: domain, timeoutMs: 5_000, transport, clock }))
    const target = { hotkey: ground.cast.bob.address, host: '127.0.0.1', port: path.port }
    expect(await dendrite.call(target, Echo.say, { text: 'hi', times: 1 })).toMatchObject({ ok: true })
    isDiverted = true
    front.hangUp()
    await expect.poll(() => dendrite.peers()[0]?.isConnected).toBe(false)
    clock.push(10_000)
    expect(await dendrite.call(target, Echo.say, { text: 'hi', times: 1 })).toMatchObject({ ok: false })
    // A new probe found him, as it finds anyone: his key is in the opening, and the axon did not take it.
    for (const { path, headers } of thief.seen) expect([path, headers['tk-session']]).toEqual([AxonService.openSession.path, undefined])
    expect([thief.resumed.filter(Boolean), ground.handled.length]).toEqual([[], 1])
  })

  it('control: gets the connection of a client that pins alike and offers its ticket', async () => {
    const { identity, ofThief, ticketKeys } = await places()
    let checks = 0
    const pinned: ConnectionOptions = {
      ca: identity.certificatePem,
      minVersion: 'TLSv1.3',
      rejectUnauthorized: true,
      checkServerIdentity: (_host, { raw }) => {
        checks++
        return new X509Certificate(raw).fingerprint256 === new X509Certificate(identity.certificatePem).fingerprint256
          ? undefined
          : new Error('no')
      },
    }
    const first = await shake(await usualServer(identity, { ticketKeys }), pinned)
    const port = await usualServer(ofThief, { ticketKeys })
    // His certificate would not pass; the ticket spares him from showing it.
    expect(await shake(port, pinned)).toBeUndefined()
    const checked = checks
    const stolen = await shake(port, { ...pinned, session: first?.ticket as Buffer })
    expect([stolen?.socket.authorized, stolen?.socket.isSessionReused(), checks]).toEqual([true, true, checked])
  })
})
