import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallEnd } from '../client-transport.js'
import { createHttp2Transport } from './http2-transport.js'

const mebibyte = 1024 * 1024

// Answers before it has read anything, and never reads.
const server = createServer()
server.on('session', (session) => session.on('error', () => {}))
server.on('stream', (stream) => {
  stream.on('error', () => {})
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '8' }, { endStream: true })
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => void server.close())

describe('a peer that refuses calls whose requests are mostly unsent', () => {
  it.each(['ended', 'open'] as const)('ends each with its status, and the channel can be closed at once: requests %s', async (kind) => {
    const { port } = server.address() as AddressInfo
    const body = new Uint8Array(mebibyte)
    for (let round = 0; round < 5; round++) {
      const channel = createHttp2Transport({ maxMessageBytes: 4 * mebibyte }).open({ host: '127.0.0.1', port })
      const refused = () =>
        new Promise<CallEnd>((resolve) => {
          const call = channel.start({ path: '/a.B/C', timeoutMs: 10_000, replies: 'one' }, { onMessage: () => {}, onEnd: resolve })
          if (kind === 'ended') call.sendLast(body)
          else call.send(body)
        })
      const ends = await Promise.all(Array.from({ length: 48 }, refused))
      channel.close()
      expect(ends.map(({ code, isLocal }) => [code, isLocal])).toEqual(Array(48).fill([8, false]))
      expect(channel.callsInFlight).toBe(0)
    }
  })
})
