import { createServer } from 'node:net'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { afterEach, describe, expect, it } from 'vitest'
import { ChannelPool } from './channel-pool.js'
import { callUnary } from './unary-call.js'

const path = '/test.v1.Echo/Say'
const identity = {
  requestSerialize: (b: Buffer) => b,
  requestDeserialize: (b: Buffer) => b,
  responseSerialize: (b: Buffer) => b,
  responseDeserialize: (b: Buffer) => b,
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function serve(port: number): Promise<Server> {
  const server = new Server()
  server.addService(
    { say: { path, requestStream: false, responseStream: false, ...identity } },
    { say: (call: { request: Buffer }, reply: (error: null, value: Buffer) => void) => reply(null, call.request) },
  )
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())),
  )
  return server
}

describe('ChannelPool', () => {
  const pool = new ChannelPool({ maxChannels: 4, maxMessageBytes: 1024 })
  const servers: Server[] = []
  afterEach(() => {
    pool.close()
    for (const server of servers.splice(0)) server.forceShutdown()
  })

  const call = async (port: number) => {
    const lease = pool.lease('hotkey', { host: '127.0.0.1', port })
    if (lease === undefined) throw new Error('no channel')
    const outcome = await callUnary({
      channel: lease.channel,
      path,
      headers: {},
      body: new Uint8Array([1]),
      timeoutMs: 5_000,
      signal: undefined,
    })
    lease.release()
    return outcome.ok
  }

  it('finds a peer that is back at the next call, however often it was missed', async () => {
    const port = await freePort()
    // A channel that fails waits ever longer before it connects again.
    for (let i = 0; i < 5; i++) expect(await call(port)).toBe(false)
    servers.push(await serve(port))
    expect(await call(port)).toBe(true)
    expect(pool.size).toBe(1)
  })

  it('keeps a channel that works', async () => {
    const port = await freePort()
    servers.push(await serve(port))
    expect(await call(port)).toBe(true)
    const first = pool.lease('hotkey', { host: '127.0.0.1', port })
    first?.release()
    const second = pool.lease('hotkey', { host: '127.0.0.1', port })
    second?.release()
    expect(second?.channel).toBe(first?.channel)
  })
})
