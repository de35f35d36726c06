import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { silentLogger, TensorKitError } from '@tensorkit/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { RpcError } from '../rpc-error.js'
import { JsonRpc } from './json-rpc.js'

interface Request {
  readonly id: number
  readonly method: string
  readonly params: unknown[]
}

/** A node that answers by a table; what is not in the table is never answered. */
async function startNode(port: number, answers: Record<string, (request: Request, socket: WebSocket) => object | undefined>) {
  const server = new WebSocketServer({ port, host: '127.0.0.1' })
  await once(server, 'listening')
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const request = JSON.parse(String(data)) as Request
      const answer = answers[request.method]?.(request, socket)
      if (answer) socket.send(JSON.stringify({ jsonrpc: '2.0', id: request.id, ...answer }))
    })
  })
  const stop = async () => {
    for (const client of server.clients) client.terminate()
    server.close()
    await once(server, 'close')
  }
  return { server, port: (server.address() as AddressInfo).port, stop }
}

const open = (port: number, timeoutMs = 2_000, reconnectTimeoutMs = 5_000) =>
  JsonRpc.open({ url: new URL(`ws://127.0.0.1:${port}`), endpoint: `ws://127.0.0.1:${port}`, timeoutMs, reconnectTimeoutMs, logger: silentLogger })

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (TensorKitError.isInstance(error) ? error.code : String(error)),
  )

describe('JsonRpc', () => {
  let node: Awaited<ReturnType<typeof startNode>>
  let rpc: JsonRpc | undefined
  const console = vi.spyOn(globalThis.console, 'error')

  beforeEach(async () => {
    node = await startNode(0, {
      echo: ({ params }) => ({ result: params }),
      refuse: () => ({ error: { code: 1010, message: 'Invalid Transaction', data: 'Custom error: 6' } }),
      subscribe: (_, socket) => {
        // Ahead of the answer that names the subscription, as some nodes do.
        socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'item', params: { subscription: 'a', result: 1 } }))
        setTimeout(() => socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'item', params: { subscription: 'a', result: 2 } })), 10)
        return { result: 'a' }
      },
      unsubscribe: () => ({ result: true }),
    })
  })
  afterEach(async () => {
    await rpc?.close()
    rpc = undefined
    await node.stop()
    expect(console).not.toHaveBeenCalled()
  })

  it('gives the result of a request', async () => {
    rpc = await open(node.port)
    await expect(rpc.request('echo', [1, 'two'])).resolves.toEqual([1, 'two'])
  })

  it('gives the error of the node with code and data', async () => {
    rpc = await open(node.port)
    const error = await rpc.request('refuse', []).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(RpcError)
    expect(error).toMatchObject({ rpcCode: 1010, data: 'Custom error: 6', method: 'refuse' })
  })

  it('ends a request that is not answered in time, and one that is aborted', async () => {
    rpc = await open(node.port)
    expect(await codeOf(rpc.request('silence', [], { timeoutMs: 30 }))).toBe('CHAIN_TIMEOUT')
    const controller = new AbortController()
    const waiting = codeOf(rpc.request('silence', [], { signal: controller.signal }))
    controller.abort()
    expect(await waiting).toBe('CORE_ABORTED')
    expect(await codeOf(rpc.request('echo', [], { signal: controller.signal }))).toBe('CORE_ABORTED')
  })

  it('delivers notifications that come before the answer', async () => {
    rpc = await open(node.port)
    const items: unknown[] = []
    const stop = await rpc.subscribe({ subscribe: 'subscribe', unsubscribe: 'unsubscribe' }, (item) => items.push(item))
    await vi.waitFor(() => expect(items).toEqual([1, 2]))
    stop()
  })

  it('ends what is under way when the connection drops, then connects and subscribes again', async () => {
    rpc = await open(node.port)
    const items: unknown[] = []
    await rpc.subscribe({ subscribe: 'subscribe', unsubscribe: 'unsubscribe' }, (item) => items.push(item))
    await vi.waitFor(() => expect(items).toEqual([1, 2]))
    const waiting = codeOf(rpc.request('silence', []))
    for (const client of node.server.clients) client.terminate()
    expect(await waiting).toBe('CHAIN_DISCONNECTED')
    expect(await codeOf(rpc.request('echo', []))).toBe('CHAIN_DISCONNECTED')
    await vi.waitFor(() => expect(items).toEqual([1, 2, 1, 2]))
    await expect(rpc.request('echo', ['back'])).resolves.toEqual(['back'])
  })

  it('gives up for good when the node stays away', async () => {
    rpc = await open(node.port, 500, 300)
    const closed = new Promise<TensorKitError>((resolve) => rpc?.onClosed(resolve))
    await node.stop()
    expect((await closed).code).toBe('CHAIN_DISCONNECTED')
    expect(await codeOf(rpc.request('echo', []))).toBe('CHAIN_DISCONNECTED')
    node = await startNode(0, {})
  })

  it('ends every wait on close, twice without harm', async () => {
    rpc = await open(node.port)
    const waiting = codeOf(rpc.request('silence', []))
    await rpc.close()
    expect(await waiting).toBe('CORE_CLOSED')
    expect(await codeOf(rpc.request('echo', []))).toBe('CORE_CLOSED')
    await rpc.close()
  })

  it('tells an unreachable node within the time-out', async () => {
    const { port } = node
    await node.stop()
    const error = await open(port).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', facts: { endpoint: `ws://127.0.0.1:${port}`, reason: 'ECONNREFUSED' } })
    node = await startNode(0, {})
  })

  it('survives a message that is not JSON', async () => {
    rpc = await open(node.port)
    for (const client of node.server.clients) client.send('{')
    await expect(rpc.request('echo', [])).resolves.toEqual([])
  })
})
