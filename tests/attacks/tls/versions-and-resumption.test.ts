import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type ConnectionOptions, connect, type PeerCertificate } from 'node:tls'
import { createTlsIdentity, type TlsIdentity } from '@tensorkit/axon'
import { AxonService } from '@tensorkit/core'
import { createDendrite } from '@tensorkit/dendrite'
import { afterEach, describe, expect, it } from 'vitest'
import { Echo } from '../../axon-dendrite-support.js'
import { domain } from '../../axon-session-support.js'
import { pushableClock } from '../../dendrite-support.js'
import { attackBench, type Ground } from '../support/attack-bench.js'
import { changeTls, type TlsChange } from '../support/changed-tls.js'
import { preface } from '../support/http2-frames.js'
import { startManInTheMiddle } from '../support/man-in-the-middle.js'
import { openSwitchboard } from '../support/switchboard.js'

const bench = attackBench()
let putBack = () => {}
/** Takes one protection away until the test is over. */
const without = (change: TlsChange) => {
  putBack = changeTls(change)
}
afterEach(() => {
  putBack()
  putBack = () => {}
})

const keyOf = ({ privateKey, certificatePem }: TlsIdentity) => ({
  key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  cert: certificatePem,
})

/** What comes of a handshake with an axon; with the ticket that it gave, and whether it then spoke HTTP/2. */
async function shake({ axon }: Ground, options: ConnectionOptions = {}) {
  const socket = connect({ ...axon.endpoint, ALPNProtocols: ['h2'], rejectUnauthorized: false, ...options })
  bench.keep({ close: () => socket.destroy() })
  let ticket: Buffer | undefined
  socket.on('session', (given) => {
    ticket = given
  })
  const closed = once(socket, 'close').catch(() => {})
  try {
    await once(socket, 'secureConnect')
  } catch {
    return undefined
  }
  socket.on('error', () => {})
  const isReused = socket.isSessionReused()
  socket.write(preface())
  // Tickets come before the axon's first words.
  const isServed = await Promise.race([once(socket, 'data').then(() => true), closed.then(() => false)])
  return { socket, ticket, isReused, isServed }
}

describe('attack: a client agrees on TLS 1.2 with an axon', () => {
  const old = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const

  it('is refused, and an honest caller is served', async () => {
    const ground = await bench.ground({ insecure: false })
    expect(await shake(ground, old)).toBeUndefined()
    expect(ground.metrics.total('tensorkit_axon_connections_refused_total')).toBe(1)
    const connection = ground.connect()
    await ground.session(connection, ground.cast.alice)
  })

  it('control: succeeds with an axon that does not ask for TLS 1.3, nor look what was agreed on', async () => {
    without({
      server: ({ minVersion: _min, maxVersion: _max, ...rest }) => rest,
      accepted: (socket) => {
        socket.getProtocol = () => 'TLSv1.3'
      },
    })
    const shaken = await shake(await bench.ground({ insecure: false }), old)
    expect([shaken?.socket.getProtocol(), shaken?.isServed]).toEqual(['TLSv1.2', true])
  })
})

describe('attack: a connection is resumed by a ticket, without a handshake that proves the key', () => {
  const resume = async () => {
    const ground = await bench.ground({ insecure: false })
    const first = await shake(ground)
    const second = await shake(ground, { session: first?.ticket ?? first?.socket.getSession() })
    return {
      first: first?.isServed,
      hadTicket: first?.ticket !== undefined,
      isReused: second?.isReused,
      isServed: second?.isServed,
    }
  }
  const withTickets: TlsChange = { server: ({ secureOptions: _noTicket, ...rest }) => rest }

  it('is refused by an axon: it resumes nothing, whatever is offered', async () => {
    expect(await resume()).toEqual({ first: true, hadTicket: expect.any(Boolean), isReused: false, isServed: true })
  })

  it('is refused even where a ticket was resumed', async () => {
    without(withTickets)
    expect(await resume()).toEqual({ first: true, hadTicket: true, isReused: true, isServed: false })
  })

  it('control: succeeds with an axon that makes tickets, and does not look whether one was used', async () => {
    without({
      ...withTickets,
      accepted: (socket) => {
        socket.isSessionReused = () => false
      },
    })
    expect(await resume()).toEqual({ first: true, hadTicket: true, isReused: true, isServed: true })
  })
})

describe('attack: a thief of ticket keys resumes a pinned connection under a key of his own', () => {
  /** The operator of an axon let tickets be made; their keys were stolen, the axon's TLS key was not. */
  const attack = async (transport: 'http2' | 'grpc-js') => {
    const [identity, ofThief, ticketKeys] = [await createTlsIdentity(), await createTlsIdentity(), randomBytes(48)]
    const ground = await bench.ground({ insecure: false, tls: identity })
    const upstream = { ...ground.axon.endpoint, tls: true }
    const front = bench.keep(await startManInTheMiddle({ upstream, tls: { ...keyOf(identity), ticketKeys } }))
    const thief = bench.keep(await startManInTheMiddle({ upstream, tls: { ...keyOf(ofThief), ticketKeys } }))
    let isDiverted = false
    const path = bench.keep(await openSwitchboard(() => (isDiverted ? thief : front).port))
    const clock = pushableClock()
    const dendrite = bench.keep(createDendrite({ signer: ground.cast.alice, directory: domain, timeoutMs: 5_000, transport, clock }))
    const target = { hotkey: ground.cast.bob.address, host: '127.0.0.1', port: path.port }
    expect(await dendrite.call(target, Echo.say, { text: 'hi', times: 1 })).toMatchObject({ ok: true })
    isDiverted = true
    front.hangUp()
    await expect.poll(() => dendrite.peers()[0]?.isConnected, { timeout: 20_000 }).toBe(false)
    clock.push(10_000)
    return { ground, thief, reply: await dendrite.call(target, Echo.say, { text: 'hi', times: 1 }) }
  }

  it.each(['http2', 'grpc-js'] as const)('gets nothing from a dendrite over %s, which offers no ticket', async (transport) => {
    const { ground, thief, reply } = await attack(transport)
    expect(reply).toMatchObject({ ok: false })
    // A new probe found him, as it finds anyone: his key is in the opening, and the axon did not take it.
    for (const { path, headers } of thief.seen) expect([path, headers['tk-session']]).toEqual([AxonService.openSession.path, undefined])
    expect([thief.resumed.filter(Boolean), ground.handled.length]).toEqual([[], 1])
  })

  it.each(['http2', 'grpc-js'] as const)(
    'control: reads the calls of one that offers its tickets, and does not look whether one was used: %s',
    async (transport) => {
      let ticket: Buffer | undefined
      let leaf: PeerCertificate
      // Others are the probe's, and his own.
      const isPinned = (options: ConnectionOptions) => options.rejectUnauthorized === true
      without({
        client: (options) => (ticket !== undefined && isPinned(options) ? { ...options, session: ticket } : options),
        connecting: (socket, options) => {
          if (!isPinned(options)) return
          socket.once('session', (given) => {
            ticket ??= given
          })
          socket.once('secureConnect', () => {
            if (!socket.isSessionReused()) leaf = socket.getPeerCertificate()
            // Node knows no certificate of a connection that was resumed: it is that of the first one.
            socket.isSessionReused = () => false
            socket.getPeerCertificate = () => leaf as never
          })
        },
      })
      const { ground, thief, reply } = await attack(transport)
      expect(reply).toMatchObject({ ok: true, value: { texts: ['hi'] } })
      expect(thief.resumed).toEqual([true])
      expect(thief.seen.map(({ path }) => path)).toEqual([AxonService.openSession.path, Echo.say.path])
      expect([thief.seen[1]?.headers['tk-session'], ground.handled.length]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), 2])
    },
  )
})
