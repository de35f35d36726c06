import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { silentLogger, TensorKitError } from '@tensorkit/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { RpcError } from '../rpc-error.js'
import { WsConnection } from './ws-connection.js'

interface Request {
  readonly id: number
  readonly method: string
  readonly params: unknown[]
}

/** A node that answers by a table; what is not in the table is never answered. */
async function startNode(port: number, answers: Record<string, (request: Request, socket: WebSocket) => object | undefined>) {
  const server = new WebSocketServer({ port, host: '127.0.0.1' })
  const requests: string[] = []
  await once(server, 'listening')
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const request = JSON.parse(String(data)) as Request
      requests.push(request.method)
      const answer = answers[request.method]?.(request, socket)
      if (answer) socket.send(JSON.stringify({ jsonrpc: '2.0', id: request.id, ...answer }))
    })
  })
  const stop = async () => {
    for (const client of server.clients) client.terminate()
    server.close()
    await once(server, 'close')
  }
  return { server, requests, port: (server.address() as AddressInfo).port, stop }
}

const ITEMS = { subscribe: 'subscribe', unsubscribe: 'unsubscribe', notification: 'item' }

const open = (port: number, timeoutMs = 2_000, reconnectTimeoutMs = 5_000) =>
  WsConnection.open({
    url: new URL(`ws://127.0.0.1:${port}`),
    endpoint: `ws://127.0.0.1:${port}`,
    timeoutMs,
    reconnectTimeoutMs,
    logger: silentLogger,
  })

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (TensorKitError.isInstance(error) ? error.code : String(error)),
  )

describe('WsConnection', () => {
  let node: Awaited<ReturnType<typeof startNode>>
  let rpc: WsConnection | undefined
  const spies = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) => vi.spyOn(console, name))

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
      garble: () => ({ jsonrpc: '1.0', result: 1 }),
    })
  })
  afterEach(async () => {
    await rpc?.close()
    rpc = undefined
    await node.stop()
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
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
    const stop = await rpc.subscribe(ITEMS, (item) => items.push(item))
    await vi.waitFor(() => expect(items).toEqual([1, 2]))
    stop()
  })

  it('ends what is under way when the connection drops, then connects and subscribes again', async () => {
    rpc = await open(node.port)
    const items: unknown[] = []
    await rpc.subscribe(ITEMS, (item) => items.push(item))
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

  it('ends a request whose answer is no JSON-RPC', async () => {
    rpc = await open(node.port)
    expect(await codeOf(rpc.request('garble', []))).toBe('CHAIN_INCOMPATIBLE')
  })

  it.each<[string, (socket: WebSocket) => void]>([
    ['no JSON', (socket) => socket.send('<html>')],
    ['half of it', (socket) => socket.send('{"jsonrpc":"2.0","id":')],
    ['binary', (socket) => socket.send(Buffer.from([1, 2, 3]))],
    ['nothing', (socket) => socket.send('')],
    ['null', (socket) => socket.send('null')],
    ['a number', (socket) => socket.send('1')],
    ['a list', (socket) => socket.send('[]')],
    ['an answer to nobody', (socket) => socket.send('{"jsonrpc":"2.0","id":999,"result":1}')],
    ['an answer without id', (socket) => socket.send('{"jsonrpc":"2.0","result":1}')],
    ['a notification without params', (socket) => socket.send('{"jsonrpc":"2.0","method":"item"}')],
    ['a notification of nothing', (socket) => socket.send('{"jsonrpc":"2.0","method":"item","params":{}}')],
    ['a method that is no text', (socket) => socket.send('{"jsonrpc":"2.0","method":{},"params":{"subscription":"a"}}')],
    [
      'more early notifications than are kept',
      (socket) => {
        for (let i = 0; i < 1_000; i++)
          socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'item', params: { subscription: `s${i}`, result: i } }))
      },
    ],
  ])('goes on after a node that sends %s', async (_, send) => {
    rpc = await open(node.port)
    for (const client of node.server.clients) send(client)
    await expect(rpc.request('echo', ['still here'])).resolves.toEqual(['still here'])
    expect(node.server.clients.size).toBe(1)
  })

  it('says once of a connection that its node sends garbage, and of what it is not', async () => {
    const warn = vi.fn()
    const url = `ws://127.0.0.1:${node.port}`
    rpc = await WsConnection.open({
      url: new URL(url),
      endpoint: url,
      timeoutMs: 2_000,
      reconnectTimeoutMs: 0,
      logger: { ...silentLogger, warn },
    })
    for (const client of node.server.clients) for (const text of ['secret?', 'again']) client.send(text)
    await rpc.request('echo', [])
    expect(warn.mock.calls).toEqual([[{ endpoint: url }, expect.stringContaining('no JSON-RPC')]])
  })

  it.each([
    ['an id that is an object', { result: {} }],
    ['no id', { result: null }],
  ])('refuses a subscription that the node names by %s', async (_, answer) => {
    await node.stop()
    node = await startNode(0, { subscribe: () => answer })
    rpc = await open(node.port)
    expect(await codeOf(rpc.subscribe(ITEMS, () => {}))).toBe('CHAIN_INCOMPATIBLE')
  })

  it('drops a connection whose node sends one message without end', async () => {
    rpc = await open(node.port, 30_000)
    const waiting = codeOf(rpc.request('silence', []))
    for (const client of node.server.clients) client.send(Buffer.alloc(65 * 1024 * 1024, 0x20), { binary: false })
    expect(await waiting).toBe('CHAIN_DISCONNECTED')
  })

  it('does not wait for a node that ignores the close frame', async () => {
    rpc = await open(node.port)
    for (const client of node.server.clients) client.pause()
    const started = performance.now()
    await rpc.close()
    expect(performance.now() - started).toBeLessThan(2_000)
    for (const client of node.server.clients) client.resume()
  })

  it('tells a host that takes the connection and never speaks WebSocket', async () => {
    const silent = createServer((socket) => socket.resume())
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const { port } = silent.address() as AddressInfo
    expect(await codeOf(open(port, 50))).toBe('CHAIN_UNREACHABLE')
    silent.close()
  })

  it('stops connecting when aborted', async () => {
    const silent = createServer((socket) => socket.resume())
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const { port } = silent.address() as AddressInfo
    const controller = new AbortController()
    const url = `ws://127.0.0.1:${port}`
    const opening = codeOf(
      WsConnection.open(
        { url: new URL(url), endpoint: url, timeoutMs: 5_000, reconnectTimeoutMs: 0, logger: silentLogger },
        controller.signal,
      ),
    )
    setTimeout(() => controller.abort(), 20)
    expect(await opening).toBe('CORE_ABORTED')
    silent.close()
    // Closes only if no socket of ours is left.
    await once(silent, 'close')
  })

  it('closes while it connects again', async () => {
    rpc = await open(node.port, 2_000, 60_000)
    await node.stop()
    const started = performance.now()
    await rpc.close()
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(await codeOf(rpc.request('echo', []))).toBe('CORE_CLOSED')
    node = await startNode(0, {})
  })

  it('subscribes once after each reconnect, and not at all what was ended', async () => {
    rpc = await open(node.port)
    const kept: unknown[] = []
    const ended: unknown[] = []
    const stop = await rpc.subscribe(ITEMS, (item) => ended.push(item))
    await vi.waitFor(() => expect(ended).toEqual([1, 2]))
    stop()
    await rpc.subscribe(ITEMS, (item) => kept.push(item))
    await vi.waitFor(() => expect(kept).toEqual([1, 2]))
    for (const client of node.server.clients) client.terminate()
    await vi.waitFor(() => expect(kept).toEqual([1, 2, 1, 2]))
    expect(ended).toEqual([1, 2])
    expect(node.requests.filter((method) => method === 'subscribe')).toHaveLength(3)
  })

  it('comes back to a node that refused connections for a while', async () => {
    rpc = await open(node.port)
    const { port } = node
    await node.stop()
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    node = await startNode(port, { echo: ({ params }) => ({ result: params }) })
    await vi.waitFor(() => expect((rpc as WsConnection).request('echo', [1])).resolves.toEqual([1]), { timeout: 8_000, interval: 100 })
  })

  it('refuses more requests than may wait, though their callers gave up', async () => {
    rpc = await open(node.port)
    const codes = await Promise.all(
      Array.from({ length: 1_024 }, () => codeOf((rpc as WsConnection).request('silence', [], { timeoutMs: 50 }))),
    )
    expect(new Set(codes)).toEqual(new Set(['CHAIN_TIMEOUT']))
    expect(await codeOf(rpc.request('echo', []))).toBe('CHAIN_BUSY')
  })
})
