import { connect, createServer, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { systemClock } from '@tensorkit/core'
import { afterEach, describe, expect, it } from 'vitest'
import { resolveLimits } from '../../resolve-limits.js'
import { Connections, type OpenConnection } from '../connections.js'
import { Http2Connection } from './http2-connection.js'

const limits = resolveLimits({})
const opened: { close(): unknown }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

/** A connection over loopback, and the client at its other end, which counts the pings that it gets. */
async function connected() {
  const server = createServer()
  const connections = new Connections(limits, systemClock)
  const served = new Promise<{ session: ServerHttp2Session; connection: Http2Connection }>((resolve) => {
    server.on('session', (session) => {
      session.on('error', () => {})
      const open = connections.find(session.socket.remoteAddress, session.socket.remotePort) as OpenConnection
      resolve({ session, connection: new Http2Connection(session, { connection: open, limits, clock: systemClock }) })
    })
  })
  server.prependListener('connection', (socket) => connections.accept(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  client.on('error', () => {})
  opened.push({ close: () => client.destroy() }, { close: () => connections.destroyAll() }, server)
  let pings = 0
  client.on('ping', () => pings++)
  const { session, connection } = await served
  // There and back: what either side sent before has come.
  const settle = (from: { ping(done: () => void): boolean }) => new Promise<void>((resolve) => void from.ping(() => resolve()))
  return { client, session, connection, settle, pings: () => pings, madeMs: performance.now() }
}

describe('Http2Connection', () => {
  it('pings a peer whose call is silent for 30 s, again and again while it answers', async () => {
    const { client, session, connection, settle, pings, madeMs } = await connected()
    connection.onCall()
    connection.check(madeMs + 29_000)
    await settle(client)
    expect(pings()).toBe(0)
    for (let n = 1; n <= 3; n++) {
      connection.check(madeMs + n * 31_000)
      // A ping of its own goes behind it, and counts too.
      await settle(session)
      expect(pings()).toBe(2 * n)
      connection.check(madeMs + n * 31_000 + 20_000)
      expect(session.destroyed).toBe(false)
    }
  })

  it('does not ping where there is no call', async () => {
    const { client, session, connection, settle, pings, madeMs } = await connected()
    connection.onCall()
    connection.onCallClosed()
    connection.check(madeMs + 31_000)
    await settle(client)
    expect([pings(), session.destroyed]).toEqual([0, false])
  })

  it('ends a connection whose peer leaves a ping unanswered for 10 s', async () => {
    const { client, session, connection, madeMs } = await connected()
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
    connection.onCall()
    // At once, one after the other: no answer can come in between.
    connection.check(madeMs + 31_000)
    connection.check(madeMs + 40_900)
    expect(session.destroyed).toBe(false)
    connection.check(madeMs + 41_100)
    expect(session.destroyed).toBe(true)
    await closed
  })
})
