import { once } from 'node:events'
import { u32 } from 'scale-ts'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { RpcClient } from '../../test/rpc-client.js'
import { startToy } from '../../test/start-toy.js'
import { toyAccount, toyExtrinsic, toyKeys, toyValueKey } from '../../test/toy-runtime.js'
import type { HeaderJson } from '../block/header.js'
import { hexBytes, toHex } from '../state/hex.js'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

async function start(options: Parameters<typeof startToy>[0] = {}) {
  const node = await startToy(options)
  opened.push(node)
  const client = await RpcClient.connect(node.url)
  opened.push(client)
  return { node, client }
}

const signed = (extrinsic: Parameters<typeof toyExtrinsic>[0]): string => toHex(toyExtrinsic(extrinsic))

describe('chain_*', () => {
  test('blocks, headers and hashes agree', async () => {
    const { client } = await start()
    const genesis = await client.call<string>('chain_getBlockHash', 0)
    const mined = await client.call<{ number: number; hash: string }>('tensorkit_mine', 3)
    expect(mined.number).toBe(3)
    expect(await client.call('chain_getBlockHash')).toBe(mined.hash)
    expect(await client.call('chain_getFinalizedHead')).toBe(mined.hash)
    expect(await client.call('chain_getBlockHash', [0, '0x3', 9])).toEqual([genesis, mined.hash, null])
    const header = await client.call<HeaderJson>('chain_getHeader', mined.hash)
    expect(header.number).toBe('0x3')
    expect(header.parentHash).toBe(await client.call('chain_getBlockHash', 2))
    const { block } = await client.call<{ block: { header: HeaderJson; extrinsics: string[] } }>('chain_getBlock', mined.hash)
    expect(block.header).toEqual(header)
    expect(block.extrinsics).toHaveLength(1)
    expect(await client.call('chain_getHeader', `0x${'12'.repeat(32)}`)).toBeNull()
  })

  test('the same calls give the same chain', async () => {
    const hashes = []
    for (let run = 0; run < 2; run++) {
      const { client } = await start()
      await client.call('author_submitExtrinsic', signed({ sender: 1, nonce: 0, value: 'x' }))
      hashes.push((await client.call<{ hash: string }>('tensorkit_mine', 5)).hash)
    }
    expect(hashes[0]).toBe(hashes[1])
  })

  test('heads are told at once and then for every block, until unsubscribed', async () => {
    const { client } = await start()
    const id = await client.call<string>('chain_subscribeNewHeads')
    const [first] = await client.notifications<HeaderJson>(id, 1)
    expect(first?.number).toBe('0x0')
    await client.call('tensorkit_mine', 2)
    expect((await client.notifications<HeaderJson>(id, 2)).map((header) => header.number)).toEqual(['0x1', '0x2'])
    expect(await client.call('chain_unsubscribeNewHeads', id)).toBe(true)
    expect(await client.call('chain_unsubscribeNewHeads', id)).toBe(false)
    await client.call('tensorkit_mine', 1)
    expect(client.pending).toBe(0)
  })
})

describe('state_*', () => {
  test('storage at the head and in history', async () => {
    const { client } = await start()
    await client.call('tensorkit_mine', 2)
    const one = await client.call<string>('chain_getBlockHash', 1)
    expect(await client.call('state_getStorage', toyKeys.number)).toBe(toHex(u32.enc(2)))
    expect(await client.call('state_getStorage', toyKeys.number, one)).toBe(toHex(u32.enc(1)))
    expect(await client.call('state_getStorageSize', toyKeys.number)).toBe(4)
    expect(await client.call('state_getStorage', '0x77')).toBeNull()
    expect(await client.call('state_queryStorageAt', [toyKeys.number, '0x77'], one)).toEqual([
      {
        block: one,
        changes: [
          [toyKeys.number, toHex(u32.enc(1))],
          ['0x77', null],
        ],
      },
    ])
    expect((await client.request('state_getStorage', toyKeys.number, `0x${'12'.repeat(32)}`)).error).toMatchObject({ code: 4003 })
  })

  test('keys come in pages', async () => {
    const { client } = await start()
    for (const sender of [3, 1, 2]) await client.call('author_submitExtrinsic', signed({ sender, nonce: 0 }))
    await client.call('tensorkit_mine')
    const all = [1, 2, 3].map(toyValueKey)
    expect(await client.call('state_getKeysPaged', toyKeys.value, 10)).toEqual(all)
    expect(await client.call('state_getKeysPaged', toyKeys.value, 1, all[0])).toEqual([all[1]])
    expect((await client.request('state_getKeysPaged', toyKeys.value, 1001)).error?.code).toBe(4002)
  })

  test('a storage subscription tells the first values and then what changed', async () => {
    const { client } = await start()
    const id = await client.call<string>('state_subscribeStorage', [toyValueKey(1), toyValueKey(2)])
    const [first] = await client.notifications<{ changes: unknown }>(id, 1)
    expect(first?.changes).toEqual([
      [toyValueKey(1), null],
      [toyValueKey(2), null],
    ])
    await client.call('tensorkit_mine')
    await client.call('author_submitExtrinsic', signed({ sender: 2, nonce: 0, value: 'hi' }))
    await client.call('tensorkit_mine')
    const [second] = await client.notifications<{ block: string; changes: unknown }>(id, 1)
    expect(second).toEqual({ block: await client.call('chain_getBlockHash', 2), changes: [[toyValueKey(2), toHex(Buffer.from('hi'))]] })
    expect(client.pending).toBe(0)
  })

  test('runtime calls, and the refusal of one that is not modelled, by name', async () => {
    const { client } = await start()
    expect(await client.call('state_call', 'Toy_echo', '0x0102')).toBe('0x0102')
    expect((await client.request('state_call', 'MmrApi_root', '0x')).error).toEqual({
      code: 4003,
      message: 'Client error: Execution failed: The runtime API MmrApi_root is not modelled',
      data: 'LOCALNET_NOT_MODELLED',
    })
    expect(hexBytes(await client.call('state_getMetadata')).slice(0, 4)).toEqual(Uint8Array.of(0x6d, 0x65, 0x74, 0x61))
    const id = await client.call<string>('state_subscribeRuntimeVersion')
    expect(await client.notifications(id, 1)).toEqual([await client.call('state_getRuntimeVersion')])
  })

  test('pruned state is refused as such', async () => {
    const { client } = await start({ keepBlocks: 2 })
    await client.call('tensorkit_mine', 5)
    const old = await client.call<string>('chain_getBlockHash', 2)
    expect((await client.request('state_getStorage', toyKeys.number, old)).error?.message).toContain('State already discarded')
    expect(await client.call('state_getStorage', toyKeys.number, await client.call('chain_getBlockHash', 4))).toBe(toHex(u32.enc(4)))
  })
})

describe('author_*', () => {
  test('a watched extrinsic is ready, in a block, final', async () => {
    const { client } = await start()
    const id = await client.call<string>('author_submitAndWatchExtrinsic', signed({ sender: 1, nonce: 0, value: 'v' }))
    expect(await client.notifications(id, 1)).toEqual(['ready'])
    expect(await client.call('author_pendingExtrinsics')).toEqual([signed({ sender: 1, nonce: 0, value: 'v' })])
    const { hash } = await client.call<{ hash: string }>('tensorkit_mine')
    expect(await client.notifications(id, 2)).toEqual([{ inBlock: hash }, { finalized: hash }])
    expect(await client.call('author_pendingExtrinsics')).toEqual([])
  })

  test('a gap in the nonces makes it future until it is closed', async () => {
    const { client } = await start()
    const later = await client.call<string>('author_submitAndWatchExtrinsic', signed({ sender: 1, nonce: 1 }))
    expect(await client.notifications(later, 1)).toEqual(['future'])
    expect(await client.call('system_accountNextIndex', toHex(toyAccount(1)))).toBe(0)
    await client.call('author_submitExtrinsic', signed({ sender: 1, nonce: 0 }))
    expect(await client.notifications(later, 1)).toEqual(['ready'])
    expect(await client.call('system_accountNextIndex', toHex(toyAccount(1)))).toBe(2)
  })

  test.each([
    ['a bad signature', { flag: 'bad' }, { code: 1010, message: 'Invalid Transaction', data: 'Transaction has a bad signature' }],
    ['a custom refusal', { flag: 'custom' }, { code: 1010, message: 'Invalid Transaction', data: 'Custom error: 6' }],
    [
      'what the runtime cannot decode',
      { flag: 'trap' },
      { code: 1002, message: 'Verification Error: The extrinsic cannot be decoded', data: 'CORE_INVALID_ARGUMENT' },
    ],
  ] as const)('%s has the text of Substrate', async (_name, extra, error) => {
    const { client } = await start()
    expect((await client.request('author_submitExtrinsic', signed({ sender: 1, nonce: 0, ...extra }))).error).toEqual(error)
    expect((await client.request('author_submitAndWatchExtrinsic', signed({ sender: 2, nonce: 0, ...extra }))).error).toEqual(error)
  })

  test('stale, known, banned, too low in priority', async () => {
    const { client } = await start()
    const first = signed({ sender: 1, nonce: 0, priority: 5 })
    const hash = await client.call<string>('author_submitExtrinsic', first)
    expect((await client.request('author_submitExtrinsic', first)).error).toEqual({
      code: 1013,
      message: 'Transaction Already Imported',
      data: hash,
    })
    expect((await client.request('author_submitExtrinsic', signed({ sender: 1, nonce: 0, priority: 5, value: 'x' }))).error).toEqual({
      code: 1014,
      message: 'Priority is too low: (5 vs 5)',
      data: 'The transaction has too low priority to replace another transaction already in the pool.',
    })
    await client.call('tensorkit_mine')
    expect((await client.request('author_submitExtrinsic', first)).error).toEqual({
      code: 1012,
      message: 'Transaction is temporarily banned',
    })
    expect((await client.request('author_submitExtrinsic', signed({ sender: 1, nonce: 0, value: 'y' }))).error).toEqual({
      code: 1010,
      message: 'Invalid Transaction',
      data: 'Transaction is outdated',
    })
    expect((await client.request('author_submitExtrinsic', '0x0102')).error?.code).toBe(1001)
  })

  test('a higher priority usurps', async () => {
    const { client } = await start()
    const id = await client.call<string>('author_submitAndWatchExtrinsic', signed({ sender: 1, nonce: 0 }))
    const usurper = await client.call<string>('author_submitExtrinsic', signed({ sender: 1, nonce: 0, priority: 1 }))
    expect(await client.notifications(id, 2)).toEqual(['ready', { usurped: usurper }])
  })
})

describe('JSON-RPC', () => {
  test('unknown methods, and known ones that are not modelled, by name', async () => {
    const { client } = await start()
    expect((await client.request('foo_bar')).error).toEqual({ code: -32601, message: 'Method not found' })
    expect((await client.request('constructor')).error?.code).toBe(-32601)
    for (const method of ['state_getReadProof', 'archive_v1_storageDiff', 'tensorkit_snapshot', 'eth_call']) {
      expect((await client.request(method)).error).toEqual({
        code: -32601,
        message: `Method not found: ${method} is not modelled by the localnet`,
        data: 'LOCALNET_NOT_MODELLED',
      })
    }
    const { methods } = await client.call<{ methods: string[] }>('rpc_methods')
    expect(methods).toContain('state_getMetadata')
    expect(methods.filter((name) => /^(eth_|archive_v1_storageDiff|state_getReadProof|tensorkit_snapshot)/.test(name))).toEqual([])
  })

  test('malformed requests and parameters', async () => {
    const { client } = await start()
    expect(await client.raw('{')).toEqual({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } })
    expect(await client.raw('[]')).toEqual({ jsonrpc: '2.0', id: null, error: { code: -32600, message: 'Invalid request' } })
    expect(await client.raw('{"id":"a","method":"system_chain"}')).toEqual({
      jsonrpc: '2.0',
      id: 'a',
      error: { code: -32600, message: 'Invalid request' },
    })
    expect((await client.request('state_getStorage', 'zz')).error?.code).toBe(-32602)
    expect((await client.request('chain_getHeader', '0x00')).error?.code).toBe(-32602)
    expect((await client.request('chain_getBlockHash', -1)).error?.code).toBe(-32602)
  })

  test('a batch is answered in order, notifications not at all', async () => {
    const { client } = await start()
    const batch = [
      { jsonrpc: '2.0', id: 'a', method: 'system_chain' },
      { jsonrpc: '2.0', method: 'system_chain' },
      { jsonrpc: '2.0', id: 'b', method: 'nope' },
      7,
    ]
    expect(await client.raw(JSON.stringify(batch))).toEqual([
      { jsonrpc: '2.0', id: 'a', result: 'Bittensor' },
      { jsonrpc: '2.0', id: 'b', error: { code: -32601, message: 'Method not found' } },
      { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'Invalid request' } },
    ])
    const large = Array.from({ length: 1025 }, () => ({ jsonrpc: '2.0', id: 'x', method: 'system_chain' }))
    expect(await client.raw(JSON.stringify(large))).toMatchObject({ error: { code: -32010 } })
  })
})

describe('bounds', () => {
  test('an oversized message ends the connection', async () => {
    const { node } = await start({ rpcLimits: { maxRequestBytes: 1000 } })
    const socket = new WebSocket(node.url)
    await once(socket, 'open')
    socket.send('x'.repeat(1001))
    const [code] = await once(socket, 'close')
    expect(code).toBe(1009)
  })

  test('an oversized response is refused', async () => {
    const { client } = await start({ rpcLimits: { maxResponseBytes: 300 } })
    expect((await client.request('rpc_methods')).error?.code).toBe(-32008)
    expect(await client.call('system_chain')).toBe('Bittensor')
  })

  test('subscriptions are counted', async () => {
    const { client } = await start({ rpcLimits: { maxSubscriptions: 2 } })
    const id = await client.call('chain_subscribeNewHeads')
    await client.call('chain_subscribeNewHeads')
    expect((await client.request('chain_subscribeNewHeads')).error?.code).toBe(-32006)
    await client.call('chain_unsubscribeNewHeads', id)
    expect((await client.request('chain_subscribeNewHeads')).error).toBeUndefined()
  })

  test('a client that does not read is disconnected, and the others go on', async () => {
    const { node, client } = await start({ rpcLimits: { maxBacklogBytes: 1024 * 1024 } })
    const slow = await RpcClient.connect(node.url)
    for (let n = 0; n < 50; n++) await slow.call('chain_subscribeNewHeads')
    const gone = once(slow.socket, 'close')
    slow.socket.pause()
    // What the kernel buffers comes on top of the limit.
    for (let n = 0; n < 100 && node.server.connections > 1; n++) await client.call('tensorkit_mine', 20)
    expect(node.server.connections).toBe(1)
    slow.socket.resume()
    await gone
    expect(await client.call('system_chain')).toBe('Bittensor')
  })

  test('many clients', async () => {
    const { node, client } = await start()
    const others = await Promise.all(Array.from({ length: 60 }, () => RpcClient.connect(node.url)))
    opened.push(...others)
    const ids = await Promise.all(others.map((other) => other.call<string>('chain_subscribeNewHeads')))
    await client.call('tensorkit_mine', 2)
    const seen = await Promise.all(others.map((other, index) => other.notifications<HeaderJson>(ids[index] ?? '', 3)))
    for (const heads of seen) expect(heads.map((header) => header.number)).toEqual(['0x0', '0x1', '0x2'])
  })
})

describe('HTTP', () => {
  const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

  test('requests and batches by POST, no subscriptions', async () => {
    const { node } = await start()
    const chain = { jsonrpc: '2.0', id: 1, method: 'system_chain' }
    expect(await (await post(node.httpUrl, chain)).json()).toEqual({ jsonrpc: '2.0', id: 1, result: 'Bittensor' })
    expect(await (await post(node.httpUrl, [chain, chain])).json()).toHaveLength(2)
    const refused = await (await post(node.httpUrl, { ...chain, method: 'chain_subscribeNewHeads' })).json()
    expect(refused).toMatchObject({ error: { code: -32601, message: 'Method not found: subscriptions need a WebSocket' } })
  })

  test('other methods, types and sizes are refused', async () => {
    const { node } = await start({ rpcLimits: { maxRequestBytes: 1000 } })
    expect((await fetch(node.httpUrl)).status).toBe(405)
    expect((await fetch(node.httpUrl, { method: 'POST', body: '{}' })).status).toBe(415)
    expect((await post(node.httpUrl, 'x'.repeat(2000))).status).toBe(413)
    // Without a length, the size shows only on the way.
    const stream = new ReadableStream({
      start: (controller) => {
        for (let chunk = 0; chunk < 3; chunk++) controller.enqueue(new Uint8Array(500))
        controller.close()
      },
    })
    const headers = { 'content-type': 'application/json' }
    expect((await fetch(node.httpUrl, { method: 'POST', headers, body: stream, duplex: 'half' })).status).toBe(413)
  })

  test('web pages are let in from loopback and from listed origins alone', async () => {
    const { node } = await start({ allowedOrigins: ['https://polkadot.js.org'] })
    const chain = { jsonrpc: '2.0', id: 1, method: 'system_chain' }
    for (const [origin, status] of [
      ['http://localhost:3000', 200],
      ['https://polkadot.js.org', 200],
      ['https://evil.example', 403],
      ['null', 403],
    ] as const) {
      expect((await post(node.httpUrl, chain, { origin })).status).toBe(status)
      const socket = new WebSocket(node.url, { origin })
      const outcome = await Promise.race([once(socket, 'open').then(() => 200), once(socket, 'unexpected-response').then(() => 403)])
      expect(outcome).toBe(status)
      socket.on('error', () => {})
      socket.terminate()
    }
    const rebound = new WebSocket(node.url, { headers: { host: 'evil.example' } })
    rebound.on('error', () => {})
    await once(rebound, 'unexpected-response')
    rebound.terminate()
  })
})

describe('address', () => {
  test('a taken port', async () => {
    const { node } = await start()
    await expect(startToy({ port: node.server.port })).rejects.toMatchObject({ code: 'LOCALNET_ADDRESS_IN_USE' })
  })

  test('other machines only on demand', async () => {
    await expect(startToy({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'LOCALNET_REMOTE_REFUSED' })
    const node = await startToy({ host: '0.0.0.0', allowRemote: true })
    await node.close()
  })
})
