import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { silentLogger, TensorKitError } from '@tensorkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { PolkadotBackend } from './polkadot-backend.js'

interface Request {
  readonly id: number
  readonly method: string
}

const version = {
  specName: 'node-subtensor',
  implName: 'node-subtensor',
  specVersion: 1,
  implVersion: 1,
  authoringVersion: 1,
  transactionVersion: 1,
  apis: [],
}
const stops: (() => Promise<unknown>)[] = []
const spies = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) => vi.spyOn(console, name))

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  for (const spy of spies) expect(spy).not.toHaveBeenCalled()
})

/** Opens a backend on a node that does what it is told. @returns The code of the error, and how long it took. */
async function openAt(onRequest: (request: Request, socket: WebSocket) => unknown, signal?: AbortSignal) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      const request = JSON.parse(String(data)) as Request
      const answer = onRequest(request, socket)
      if (answer !== undefined) socket.send(JSON.stringify({ jsonrpc: '2.0', id: request.id, ...(answer as object) }))
    }),
  )
  stops.push(() => {
    const closed = once(server, 'close')
    server.close()
    // Resolves only if the backend left no connection behind.
    return closed
  })
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  const started = performance.now()
  const options = { url: new URL(url), endpoint: url, timeoutMs: 200, reconnectTimeoutMs: 5_000, logger: silentLogger }
  const code = await PolkadotBackend.open(options, signal).then(
    () => 'open',
    (error: unknown) => (TensorKitError.isInstance(error) ? error.code : String(error)),
  )
  return { code, tookMs: performance.now() - started }
}

const startOf = (metadata: unknown) => (request: Request) => {
  if (request.method === 'state_call') return metadata
  if (request.method === 'chain_getBlockHash') return { result: `0x${'11'.repeat(32)}` }
  if (request.method === 'state_getRuntimeVersion') return { result: version }
  if (request.method === 'system_properties') return { result: {} }
  if (request.method === 'rpc_methods') return { result: { methods: [] } }
  return { result: 'x' }
}

describe('PolkadotBackend.open', () => {
  it('gives up on a node that never answers', async () => {
    const { code, tookMs } = await openAt(() => undefined)
    expect(code).toBe('CHAIN_TIMEOUT')
    expect(tookMs).toBeLessThan(5_000)
  })

  it('tells that the node hung up while it was asked', async () => {
    const { code } = await openAt((_, socket) => socket.terminate())
    expect(code).toBe('CHAIN_DISCONNECTED')
  })

  it('stops asking when aborted', async () => {
    const controller = new AbortController()
    const { code, tookMs } = await openAt(() => controller.abort(), controller.signal)
    expect(code).toBe('CORE_ABORTED')
    expect(tookMs).toBeLessThan(2_000)
  })

  it.each([
    ['refuses', { error: { code: -32_601, message: 'Method not found' } }],
    ['has none of that version', { result: '0x00' }],
    ['answers with something else', { result: '0x010401' }],
  ])('needs metadata V15 of a node that %s', async (_, metadata) => {
    expect((await openAt(startOf(metadata))).code).toBe('CHAIN_INCOMPATIBLE')
  })
})
