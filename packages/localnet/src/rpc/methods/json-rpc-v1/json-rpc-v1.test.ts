import { afterEach, describe, expect, test } from 'vitest'
import { RpcClient } from '../../../../test/rpc-client.js'
import { startToy } from '../../../../test/start-toy.js'
import { toyAccount, toyExtrinsic, toyKeys, toyValueKey } from '../../../../test/toy-runtime.js'
import { hexBytes, toHex } from '../../../state/hex.js'

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

type Event = { readonly event: string; readonly [field: string]: unknown }
type Started = { readonly result: string; readonly operationId: string; readonly discardedItems?: number }

/** A follow that has told where the chain is. */
async function follow({ withRuntime = true, ...options }: Parameters<typeof startToy>[0] & { withRuntime?: boolean } = {}) {
  const { node, client } = await start(options)
  const id = await client.call<string>('chainHead_v1_follow', withRuntime)
  const [initialized] = await client.notifications<Event>(id, 2)
  const next = (count: number): Promise<Event[]> => client.notifications<Event>(id, count)
  const error = async (method: string, ...params: unknown[]) => (await client.request(`chainHead_v1_${method}`, id, ...params)).error?.code
  return {
    node,
    client,
    id,
    next,
    error,
    initialized,
    head: node.chain.head.hash,
    call: <T>(method: string, ...params: unknown[]) => client.call<T>(`chainHead_v1_${method}`, id, ...params),
  }
}

const signed = (extrinsic: Parameters<typeof toyExtrinsic>[0]): string => toHex(toyExtrinsic(extrinsic))

describe('chainHead_v1', () => {
  test('tells of the runtime and the last final blocks, then of every block three times', async () => {
    const { node, client } = await start()
    await node.sealer.mine(20)
    const id = await client.call<string>('chainHead_v1_follow', true)
    const [initialized, best] = await client.notifications<Event>(id, 2)
    const { head } = node.chain
    expect(initialized?.event).toBe('initialized')
    expect(initialized?.finalizedBlockHashes).toEqual(Array.from({ length: 16 }, (_, at) => node.chain.hashOf(5 + at)))
    expect(initialized?.finalizedBlockRuntime).toEqual({
      type: 'valid',
      spec: { specName: 'toy', implName: 'toy', specVersion: 1, implVersion: 1, transactionVersion: 1, apis: { '0xdf6acb689907609b': 5 } },
    })
    expect(best).toEqual({ event: 'bestBlockChanged', bestBlockHash: head.hash })
    const block = await node.sealer.mine(1)
    expect(await client.notifications(id, 3)).toEqual([
      { event: 'newBlock', blockHash: block.hash, parentBlockHash: head.hash, newRuntime: null },
      { event: 'bestBlockChanged', bestBlockHash: block.hash },
      { event: 'finalized', finalizedBlockHashes: [block.hash], prunedBlockHashes: [] },
    ])
    await client.call('chainHead_v1_unfollow', id)
    await node.sealer.mine(1)
    expect(await client.call('chainHead_v1_header', id, block.hash)).toBeNull()
    expect(client.pending).toBe(0)
  })

  test('header, body and call of a pinned block; none of one that was let go', async () => {
    const { client, next, call, error, head, node } = await follow()
    const extrinsic = signed({ sender: 1, nonce: 0, value: 'x' })
    await client.call('author_submitExtrinsic', extrinsic)
    const { hash } = await node.sealer.mine(1)
    await next(3)
    expect(await call('header', hash)).toMatch(new RegExp(`^${head}04`))
    const body = await call<Started>('body', hash)
    expect(body.result).toBe('started')
    const [done] = await next(1)
    expect(done).toMatchObject({ event: 'operationBodyDone', operationId: body.operationId })
    expect((done?.value as string[] | undefined)?.[1]).toBe(extrinsic)
    const nonce = await call<Started>('call', hash, 'AccountNonceApi_account_nonce', toHex(toyAccount(1)))
    expect(await next(1)).toEqual([{ event: 'operationCallDone', operationId: nonce.operationId, output: '0x01000000' }])
    const unknown = await call<Started>('call', hash, 'Foo_bar', '0x')
    expect(await next(1)).toEqual([
      { event: 'operationError', operationId: unknown.operationId, error: expect.stringContaining('Foo_bar is not modelled') },
    ])
    expect(await error('unpin', [hash, hash])).toBe(-32804)
    expect(await error('unpin', [hash, `0x${'00'.repeat(32)}`])).toBe(-32801)
    expect(await call('unpin', hash)).toBeNull()
    for (const method of ['header', 'body', 'unpin']) expect(await error(method, hash)).toBe(-32801)
  })

  test('a client that did not ask for the runtime may not call it', async () => {
    const { initialized, error, head } = await follow({ withRuntime: false })
    expect(initialized).not.toHaveProperty('finalizedBlockRuntime')
    expect(await error('call', head, 'Toy_echo', '0x01')).toBe(-32802)
    expect(await error('call', head, 'Toy_echo', 7)).toBe(-32602)
  })

  test('storage: values, hashes and descendants, after a key, of a block that is past', async () => {
    const { next, call, client, node, initialized } = await follow()
    for (const sender of [1, 2, 3]) await client.call('author_submitExtrinsic', signed({ sender, nonce: 0, value: `v${sender}` }))
    const { hash } = await node.sealer.mine(1)
    await client.call('author_submitExtrinsic', signed({ sender: 1, nonce: 1, value: 'new' }))
    await node.sealer.mine(1)
    await next(6)
    const items = async (at: string, ...queries: unknown[]) => {
      const { operationId } = await call<Started>('storage', at, queries, null)
      const events = await next(2)
      expect(events[1]).toEqual({ event: 'operationStorageDone', operationId })
      return events[0]?.items
    }
    const value = (text: string): string => toHex(Buffer.from(text))
    expect(await items(hash, { key: toyValueKey(1), type: 'value' }, { key: '0x99', type: 'value' })).toEqual([
      { key: toyValueKey(1), value: value('v1') },
    ])
    expect(await items(hash, { key: toyKeys.value, type: 'descendantsValues', paginationStartKey: toyValueKey(1) })).toEqual([
      { key: toyValueKey(2), value: value('v2') },
      { key: toyValueKey(3), value: value('v3') },
    ])
    expect(await items(hash, { key: toyKeys.value, type: 'descendantsHashes' })).toHaveLength(3)
    const genesis = (initialized?.finalizedBlockHashes as string[] | undefined)?.[0]
    const { operationId } = await call<Started>('storage', genesis, [{ key: toyKeys.value, type: 'descendantsValues' }], null)
    expect(await next(1)).toEqual([{ event: 'operationStorageDone', operationId }])
  })

  test('a long listing waits to be asked for more, and can be stopped', async () => {
    const { next, call, error, node, head } = await follow()
    for (let sender = 0; sender < 250; sender++)
      for (let nonce = 0; nonce < 3; nonce++) node.chain.pool.submit(toyExtrinsic({ sender, nonce, value: 'x' }))
    const { hash } = await node.sealer.mine(1)
    await next(3)
    const both = [toyKeys.value, toyKeys.nonce].map((key) => ({ key, type: 'descendantsValues' }))
    const query = [...both, ...both]
    const { operationId } = await call<Started>('storage', hash, query, null)
    const [first, waiting] = await next(2)
    expect(first?.items).toHaveLength(512)
    expect(waiting).toEqual({ event: 'operationWaitingForContinue', operationId })
    // Blocks that add keys meanwhile change nothing of what the block held.
    for (let sender = 0; sender < 250; sender += 5) node.chain.pool.submit(toyExtrinsic({ sender, nonce: 3, value: 'later' }))
    node.chain.pool.submit(toyExtrinsic({ sender: 254, nonce: 0, value: 'new' }))
    await node.sealer.mine(1)
    await next(3)
    expect(await call('continue', operationId)).toBeNull()
    const [second, done] = await next(2)
    expect(second?.items).toHaveLength(1000 - 512)
    expect(done?.event).toBe('operationStorageDone')

    const stopped = await call<Started>('storage', hash, query, null)
    await next(2)
    await call('stopOperation', stopped.operationId)
    expect(await call('continue', stopped.operationId)).toBeNull()
    const started = await Promise.all(Array.from({ length: 17 }, () => call<Started>('storage', hash, query, null)))
    expect(started.map(({ result }) => result)).toEqual([...Array<string>(16).fill('started'), 'limitReached'])
    expect(await error('storage', head, [{ key: '0x', type: 'everything' }], null)).toBe(-32602)
  })

  test('Merkle values are refused by name, child tries are empty', async () => {
    const { next, call, head } = await follow()
    await call('storage', head, [{ key: '0x01', type: 'closestDescendantMerkleValue' }], null)
    expect(await next(1)).toMatchObject([{ event: 'operationError', error: expect.stringContaining('not modelled') }])
    await call('storage', head, [{ key: '0x01', type: 'value' }], '0x01')
    expect(await next(1)).toMatchObject([{ event: 'operationStorageDone' }])
  })

  test('more items than one operation takes are discarded, and said to be', async () => {
    const { next, call, head } = await follow()
    const started = await call<Started>('storage', head, Array(1030).fill({ key: toyKeys.number, type: 'value' }), null)
    expect(started.discardedItems).toBe(6)
    await next(1)
  })

  test('stops when the client lets no block go, and frees its place', async () => {
    const { next, node, client, id, call } = await follow()
    await node.sealer.mine(512)
    const events = await next(511 * 3 + 1)
    expect(events.at(-1)).toEqual({ event: 'stop' })
    expect(await call<Started>('body', node.chain.head.hash)).toEqual({ result: 'limitReached' })
    expect(await client.call('chainHead_v1_unfollow', id)).toBe(false)
  })

  test('stops when the state of a pinned block is no longer kept', async () => {
    const { next, node } = await follow({ keepBlocks: 2 })
    await node.sealer.mine(2)
    expect((await next(4)).at(-1)).toEqual({ event: 'stop' })
  })

  test('four at a time for one connection, and none of another connection', async () => {
    const { client, node, id, head } = await follow()
    for (let more = 0; more < 3; more++) await client.call('chainHead_v1_follow', false)
    expect((await client.request('chainHead_v1_follow', false)).error?.code).toBe(-32800)
    const other = await RpcClient.connect(node.url)
    opened.push(other)
    expect(await other.call('chainHead_v1_header', id, head)).toBeNull()
    expect((await client.request('chainHead_v1_follow')).error?.code).toBe(-32602)
  })
})

describe('chainSpec_v1 and archive_v1', () => {
  test('name the chain, and serve blocks of any age', async () => {
    const { client, node } = await start()
    await client.call('author_submitExtrinsic', signed({ sender: 1, nonce: 0, value: 'x' }))
    const { hash } = await node.sealer.mine(1)
    await node.sealer.mine(3)
    expect(await client.call('chainSpec_v1_chainName')).toBe('Bittensor')
    expect(await client.call('chainSpec_v1_genesisHash')).toBe(node.chain.genesis.hash)
    expect(await client.call('chainSpec_v1_properties')).toMatchObject({ ss58Format: 42 })
    expect(await client.call('archive_v1_genesisHash')).toBe(node.chain.genesis.hash)
    expect(await client.call('archive_v1_finalizedHeight')).toBe(4)
    expect(await client.call('archive_v1_hashByHeight', 1)).toEqual([hash])
    expect(await client.call('archive_v1_hashByHeight', 9)).toEqual([])
    expect(await client.call('archive_v1_header', hash)).toMatch(new RegExp(`^${node.chain.genesis.hash}04`))
    expect(await client.call<string[]>('archive_v1_body', hash)).toHaveLength(2)
    expect(await client.call('archive_v1_body', `0x${'00'.repeat(32)}`)).toBeNull()
    const nonce = ['AccountNonceApi_account_nonce', toHex(toyAccount(1))]
    expect(await client.call('archive_v1_call', hash, ...nonce)).toEqual({ success: true, value: '0x01000000' })
    expect(await client.call('archive_v1_call', node.chain.genesis.hash, ...nonce)).toEqual({ success: true, value: '0x00000000' })
    expect(await client.call('archive_v1_call', hash, 'Foo_bar', '0x')).toEqual({
      success: false,
      error: expect.stringContaining('Foo_bar'),
    })
    const storage = async (...items: unknown[]) => {
      const id = await client.call<string>('archive_v1_storage', hash, items, null)
      return client.notifications<Event>(id, 2)
    }
    expect(await storage({ key: toyKeys.value, type: 'descendantsValues' })).toEqual([
      { event: 'storage', key: toyValueKey(1), value: '0x78' },
      { event: 'storageDone' },
    ])
    const proof = await client.call<string>('archive_v1_storage', hash, [{ key: '0x01', type: 'closestDescendantMerkleValue' }], null)
    expect(await client.notifications(proof, 1)).toMatchObject([{ event: 'storageError', error: expect.stringContaining('not modelled') }])
  })
})

describe('transactions', () => {
  test('a broadcast one gets into a block', async () => {
    const { client, node } = await start()
    const extrinsic = signed({ sender: 1, nonce: 0, value: 'x' })
    const id = await client.call<string>('transaction_v1_broadcast', extrinsic)
    const { extrinsics } = await node.sealer.mine(1)
    expect(extrinsics.map(toHex)).toContain(extrinsic)
    // It is over, but the specification lets a client stop what is over.
    expect(await client.call('transaction_v1_stop', id)).toBeNull()
    expect((await client.request('transaction_v1_stop', id)).error?.code).toBe(-32602)
  })

  test('what finds no room is tried again at every block, until stopped', async () => {
    const { client, node } = await start({ poolLimits: { maxReady: 1 } })
    await client.call('author_submitExtrinsic', signed({ sender: 1, nonce: 0, priority: 9 }))
    const late = signed({ sender: 2, nonce: 0 })
    await client.call('transaction_v1_broadcast', late)
    const stopped = await client.call('transaction_v1_broadcast', signed({ sender: 3, nonce: 0 }))
    await client.call('transaction_v1_stop', stopped)
    expect(node.chain.pool.readyCount).toBe(1)
    // The pool bans what it dropped for 150 blocks.
    await node.sealer.mine(150)
    expect(node.chain.pool.ready().map(({ bytes }) => toHex(bytes))).toEqual([late])
  })

  test('at most 16 broadcasts wait for one connection', async () => {
    const { client } = await start({ poolLimits: { maxReady: 1 } })
    await client.call('author_submitExtrinsic', signed({ sender: 1, nonce: 0, priority: 9 }))
    const ids: unknown[] = []
    for (let sender = 2; sender < 19; sender++) ids.push(await client.call('transaction_v1_broadcast', signed({ sender, nonce: 0 })))
    expect(ids.slice(0, 16)).not.toContain(null)
    expect(ids[16]).toBeNull()
  })

  test('a watched one is told of until it is final', async () => {
    const { client, node } = await start()
    const id = await client.call<string>('transactionWatch_v1_submitAndWatch', signed({ sender: 1, nonce: 0 }))
    expect(await client.notifications(id, 1)).toEqual([{ event: 'validated' }])
    const { hash } = await node.sealer.mine(1)
    expect(await client.notifications(id, 2)).toEqual([
      { event: 'bestChainBlockIncluded', block: { hash, index: 1 } },
      { event: 'finalized', block: { hash, index: 1 } },
    ])
    expect(await client.call('transactionWatch_v1_unwatch', id)).toBe(false)
  })

  test('a watched one that is invalid is told of as such, and one that is usurped', async () => {
    const { client } = await start()
    const bad = await client.call<string>('transactionWatch_v1_submitAndWatch', signed({ sender: 1, nonce: 0, flag: 'bad' }))
    expect(await client.notifications(bad, 1)).toEqual([{ event: 'invalid', error: 'Transaction has a bad signature' }])
    const low = await client.call<string>('transactionWatch_v1_submitAndWatch', signed({ sender: 1, nonce: 0 }))
    await client.call('author_submitExtrinsic', signed({ sender: 1, nonce: 0, priority: 5 }))
    expect(await client.notifications(low, 2)).toEqual([
      { event: 'validated' },
      { event: 'invalid', error: 'Another transaction took its place' },
    ])
  })

  test('author_removeExtrinsic takes an extrinsic and what depends on it out of the pool', async () => {
    const { client, node } = await start()
    const [first, second] = [0, 1].map((nonce) => signed({ sender: 1, nonce }))
    const watch = await client.call<string>('author_submitAndWatchExtrinsic', first)
    const hash = await client.call<string>('author_submitExtrinsic', second)
    const removed = await client.call<string[]>('author_removeExtrinsic', [{ extrinsic: first }])
    expect(removed).toHaveLength(2)
    expect(removed).toContain(hash)
    expect(node.chain.pool.readyCount).toBe(0)
    expect(await client.notifications(watch, 2)).toEqual(['ready', 'invalid'])
    expect((await client.request('author_submitExtrinsic', first)).error?.code).toBe(1012)
    expect(await client.call('author_removeExtrinsic', [{ hash: `0x${'00'.repeat(32)}` }])).toEqual([])
    expect((await client.request('author_removeExtrinsic', [{}])).error?.code).toBe(-32602)
  })
})

describe('engine_createBlock', () => {
  test('seals a block on the head, empty only if that is wanted', async () => {
    const { client, node } = await start()
    expect((await client.request('engine_createBlock', false, true)).error?.code).toBe(1)
    const { hash } = await client.call<{ hash: string }>('engine_createBlock', true, false, null)
    expect(hash).toBe(node.chain.head.hash)
    await client.call('author_submitExtrinsic', signed({ sender: 1, nonce: 0 }))
    await client.call('engine_createBlock', false, true, hash)
    expect(node.chain.head.number).toBe(2)
    expect((await client.request('engine_createBlock', true, true, hash)).error?.message).toMatch(/no forks/)
    expect(await client.call('engine_finalizeBlock', hash)).toBe(true)
    expect((await client.request('engine_finalizeBlock', toHex(hexBytes(`0x${'01'.repeat(32)}`)))).error?.code).toBe(3)
  })
})
