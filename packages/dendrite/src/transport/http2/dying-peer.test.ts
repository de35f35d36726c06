import { afterEach, expect, it } from 'vitest'
import { observe, unary } from '../test/calls.js'
import { frame, type RawServer, startHttp2Server } from '../test/raw-servers.js'
import { createHttp2Transport } from './http2-transport.js'

const path = '/a.B/C'
const body = Buffer.from('hi')
const headers = { ':status': 200, 'content-type': 'application/grpc' }
let server: RawServer
afterEach(() => server.close())

const open = () => createHttp2Transport({ maxMessageBytes: 1024 }).open({ host: '127.0.0.1', port: server.port })

it('a server that dies within its replies broke the connection, and is not told to have broken the protocol', async () => {
  const calls = 16
  server = await startHttp2Server((stream, _headers, n) => {
    stream.respond(headers)
    stream.write(frame(body))
    if (n % calls === 0) setImmediate(() => stream.session?.destroy())
  })
  const channel = open()
  for (let round = 0; round < 10; round++) {
    expect(await channel.connect()).toMatchObject({ ok: true })
    const ends = await Promise.all(
      Array.from({ length: calls }, () => {
        const { call, ended } = observe(channel, { path, timeoutMs: 10_000 })
        call.sendLast(body)
        call.read()
        return ended
      }),
    )
    expect(ends.map(({ fault }) => fault)).toEqual(Array(calls).fill('lost'))
  }
  channel.close()
})

it('a reply that ends without a status on a connection that lives did break it', async () => {
  server = await startHttp2Server((stream) => {
    stream.respond(headers)
    stream.end(frame(body))
  })
  const channel = open()
  expect((await unary(channel, path, body)).end).toMatchObject({ fault: 'bad-reply', code: 2 })
  channel.close()
})
