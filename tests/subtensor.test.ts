import { createServer } from 'node:net'
import { rao, TensorKitError, tao } from '@tensorkit/core'
import { type LocalSigner, signerFromUri } from '@tensorkit/core/crypto'
import { createLocalnet, type Localnet } from '@tensorkit/localnet'
import { chainErrorName, connectSubtensor, type Subtensor, subtensorErrors } from '@tensorkit/subtensor'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'

let localnet: Localnet
let subtensor: Subtensor
let alice: LocalSigner
let bob: LocalSigner
let stranger: LocalSigner

const spies = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) => vi.spyOn(console, name))

beforeAll(async () => {
  localnet = await createLocalnet({ port: 0, sealing: 'manual' })
  subtensor = await connectSubtensor({ endpoint: localnet.url })
  alice = await signerFromUri('//Alice')
  bob = await signerFromUri('//Bob')
  stranger = await signerFromUri('//Stranger')
})
afterAll(async () => {
  await subtensor?.close()
  await localnet?.close()
})
afterEach(() => {
  for (const spy of spies) expect(spy).not.toHaveBeenCalled()
})

/** Seals a block once the pool has the call, and waits for its fate. */
async function sealed<T>(call: Promise<T>, blocks = 1): Promise<T> {
  await vi.waitFor(async () => expect(await pending()).toBeGreaterThan(0), { interval: 10 })
  await localnet.mine(blocks)
  return call
}

async function pending(): Promise<number> {
  const response = await fetch(localnet.httpUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'author_pendingExtrinsics', params: [] }),
  })
  return ((await response.json()) as { result: unknown[] }).result.length
}

const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (TensorKitError.isInstance(error) ? error.code : String(error)),
  )

describe('connectSubtensor', () => {
  it('knows the chain', () => {
    expect(`0x${subtensor.genesisHash}`).toBe(localnet.genesisHash)
    expect(subtensor.endpoint).toBe(localnet.url)
    expect(subtensor.specName).toBe('node-subtensor')
  })

  it('tells an unreachable chain within the time-out, in one message without the URL’s secrets', async () => {
    const started = performance.now()
    const error = await connectSubtensor({ endpoint: 'ws://user:secret@127.0.0.1:1/key', timeoutMs: 1_000 }).catch(
      (caught: unknown) => caught,
    )
    expect(performance.now() - started).toBeLessThan(1_500)
    expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', facts: { endpoint: 'ws://127.0.0.1:1', reason: 'ECONNREFUSED' } })
    expect((error as Error).message).not.toMatch(/secret|key/)
  })

  it('tells a host that takes connections and says nothing', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    expect(await code(connectSubtensor({ endpoint: `ws://127.0.0.1:${port}`, timeoutMs: 200 }))).toBe('CHAIN_UNREACHABLE')
    const controller = new AbortController()
    const connecting = code(connectSubtensor({ endpoint: `ws://127.0.0.1:${port}`, signal: controller.signal }))
    controller.abort()
    expect(await connecting).toBe('CORE_ABORTED')
    silent.close()
  })

  it('takes either an endpoint or a network', async () => {
    expect(await code(connectSubtensor({}))).toBe('CORE_INVALID_ARGUMENT')
    expect(await code(connectSubtensor({ endpoint: 'ws://127.0.0.1:1', network: 'local' }))).toBe('CORE_INVALID_ARGUMENT')
    expect(await code(connectSubtensor({ network: 'nowhere' as 'local' }))).toBe('CORE_INVALID_ARGUMENT')
  })

  it('ends every wait on close and lets the process end', async () => {
    const own = await connectSubtensor({ endpoint: localnet.url })
    const heads = own.subscribeHeads()
    await heads.next()
    const waiting = code(heads.next())
    await own.close()
    expect(await waiting).toBe('CORE_CLOSED')
    expect(await code(own.getHead())).toBe('CORE_CLOSED')
  })
})

describe('reads', () => {
  it('reads heads and hashes', async () => {
    const head = await subtensor.getHead()
    expect(head).toEqual({ number: localnet.block.number, hash: localnet.block.hash })
    expect(await subtensor.getHead({ finality: 'finalized' })).toEqual(head)
    expect(await subtensor.getBlockHash({ block: 0 })).toBe(localnet.genesisHash)
    expect(await subtensor.getBlockHash({ block: 1_000_000 })).toBeUndefined()
    expect(await code(subtensor.getBalance({ address: alice.address, at: 1_000_000 }))).toBe('CHAIN_NOT_FOUND')
  })

  it('reads balances, at a block of the past too', async () => {
    expect(await subtensor.getBalance({ address: bob.address, at: 0 })).toEqual(tao(1_000_000))
    expect(await subtensor.getBalance({ address: stranger.address, at: 0 })).toEqual(tao(0))
  })

  it('refuses what the runtime does not have, by name', async () => {
    const read = subtensor.readStorage({ reads: [{ pallet: 'SubtensorModule', item: 'NoSuchItem' }] })
    await expect(read).rejects.toMatchObject({
      code: 'CHAIN_INCOMPATIBLE',
      shortMessage: 'The runtime lacks storage item SubtensorModule.NoSuchItem',
    })
    const call = subtensor.submitCall({ pallet: 'Balances', name: 'no_such_call', args: {} }, alice)
    await expect(call).rejects.toMatchObject({ code: 'CHAIN_INCOMPATIBLE' })
  })

  it('aborts', async () => {
    expect(await code(subtensor.getHead({ signal: AbortSignal.abort() }))).toBe('CORE_ABORTED')
  })
})

describe('errors of the chain', () => {
  it('has a remedy for each error that SubtensorModule declares, and no other', () => {
    const declared = subtensor.client.backend.declaredErrors().filter(({ pallet }) => pallet === 'SubtensorModule')
    expect(declared).toHaveLength(147)
    expect(declared.map(({ name }) => name).sort()).toEqual(Object.keys(subtensorErrors).sort())
  })
})

describe('calls', () => {
  it('waits for inclusion and tells block and events', async () => {
    const before = await subtensor.getBalance({ address: stranger.address })
    const result = await sealed(subtensor.transfer({ from: alice, to: stranger.address, amount: tao(3) }))
    if (!result.ok) throw result.error
    expect(result).toMatchObject({ status: 'included', block: localnet.block.number, blockHash: localnet.block.hash })
    expect(result.events.map(({ pallet, name }) => `${pallet}.${name}`)).toContain('Balances.Transfer')
    expect((await subtensor.getBalance({ address: stranger.address })).rao - before.rao).toBe(tao(3).rao)
  })

  it('returns from the pool without a block, and settles its inclusion later', async () => {
    const result = await subtensor.transfer({ from: alice, to: bob.address, amount: rao(1_000n), waitFor: 'pool' })
    if (!result.ok) throw result.error
    expect(result.status).toBe('pooled')
    await localnet.mine()
    expect(await result.inclusion).toMatchObject({ ok: true, status: 'included', hash: result.hash })
  })

  it('waits for finality', async () => {
    expect(await sealed(subtensor.transfer({ from: alice, to: bob.address, amount: rao(1_000n), waitFor: 'finality' }))).toMatchObject({
      ok: true,
      status: 'finalized',
    })
  })

  it('gives concurrent calls of one key nonces in order', async () => {
    const calls = await Promise.all(
      Array.from({ length: 12 }, () => subtensor.transfer({ from: alice, to: bob.address, amount: rao(1_000n), waitFor: 'pool' })),
    )
    await localnet.mine()
    const results = await Promise.all(calls.map(async (call) => (call.ok ? await call.inclusion : call)))
    expect(results.map(({ ok }) => ok)).toEqual(Array(12).fill(true))
    expect(new Set(results.map(({ hash }) => hash)).size).toBe(12)
  })

  it('gives a dispatch error as a value with the chain’s name', async () => {
    const result = await sealed(subtensor.transfer({ from: bob, to: alice.address, amount: tao(5_000_000) }))
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'CHAIN_INSUFFICIENT_BALANCE' },
      hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    })
    expect(chainErrorName((result as { error: unknown }).error)).toBe('Token.FundsUnavailable')
  })

  it('gives a refusal by the pool as a value', async () => {
    const poor = await signerFromUri('//Poor')
    const result = await subtensor.transfer({ from: poor, to: alice.address, amount: rao(1n) })
    expect(result).toMatchObject({ ok: false, error: { code: 'CHAIN_INSUFFICIENT_BALANCE', facts: { chainError: 'Pool.Payment' } } })
  })

  it('lets only the root key call by sudo', async () => {
    const call = { pallet: 'Balances', name: 'transfer_keep_alive', args: { dest: { Id: bob.address }, value: 1_000n } }
    const remark = { pallet: 'System', name: 'remark', args: { remark: new Uint8Array([1, 2]) } }
    expect(await sealed(subtensor.sudo({ sudoKey: alice, call: remark }))).toMatchObject({ ok: true })
    // Root has no account to send from: the inner failure is the failure.
    expect(await sealed(subtensor.sudo({ sudoKey: alice, call }))).toMatchObject({
      ok: false,
      error: { code: 'CHAIN_NOT_AUTHORIZED', facts: { chainError: 'Runtime.BadOrigin' } },
    })
    expect(await subtensor.sudo({ sudoKey: bob, call: remark })).toMatchObject({ ok: false, error: { code: 'CHAIN_NOT_AUTHORIZED' } })
  })

  it('says when a call is not included in time, and when its era is over', async () => {
    const late = await subtensor.transfer({ from: bob, to: alice.address, amount: rao(1_000n), timeoutMs: 200 })
    expect(late).toMatchObject({ ok: false, error: { code: 'CHAIN_TIMEOUT' }, hash: expect.any(String) })
    await localnet.mine()
    const aborted = await subtensor.transfer({ from: bob, to: alice.address, amount: rao(1_000n), signal: AbortSignal.timeout(100) })
    expect(aborted).toMatchObject({ ok: false, error: { code: 'CORE_ABORTED' } })
    await localnet.mine()
  })

  it('refuses amounts that are not TAO', async () => {
    expect(await code(subtensor.transfer({ from: alice, to: bob.address, amount: 5n as never }))).toBe('CORE_UNIT_MISMATCH')
    expect(await code(subtensor.transfer({ from: alice, to: bob.address, amount: rao(-1n) }))).toBe('CORE_INVALID_ARGUMENT')
  })
})

describe('subscribeHeads', () => {
  it('yields the present head, then each new one', async () => {
    const heads = subtensor.subscribeHeads()
    const first = await heads.next()
    expect(first.value).toEqual({ number: localnet.block.number, hash: localnet.block.hash })
    const next = heads.next()
    await localnet.mine()
    expect((await next).value).toEqual({ number: localnet.block.number, hash: localnet.block.hash })
    await heads.return?.()
    expect((await heads.next()).done).toBe(true)
  })

  it('ends without an error when its signal aborts', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    for await (const { number } of subtensor.subscribeHeads({ signal: controller.signal })) {
      seen.push(number)
      controller.abort()
    }
    expect(seen).toEqual([localnet.block.number])
  })
})

describe('a chain that goes away', () => {
  it('is a typed error for reads, calls and heads; and the same chain is found again', async () => {
    const first = await createLocalnet({ port: 0, sealing: 'manual' })
    const client = await connectSubtensor({ endpoint: first.url, reconnectTimeoutMs: 5_000 })
    const heads = client.subscribeHeads()
    await heads.next()
    const call = client.transfer({ from: alice, to: bob.address, amount: rao(1_000n), timeoutMs: 10_000 })
    await vi.waitFor(() => expect(client.getHead()).resolves.toBeDefined())
    await first.close()
    await vi.waitFor(async () => expect(await code(client.getHead())).toBe('CHAIN_DISCONNECTED'), { interval: 5 })
    const again = await createLocalnet({ port: first.port, sealing: 'manual' })
    await vi.waitFor(async () => expect(await code(client.getHead())).toBe('resolved'), { timeout: 5_000 })
    expect((await heads.next()).value).toMatchObject({ number: 0 })
    await client.close()
    expect(await call).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^(CORE_CLOSED|CHAIN_DISCONNECTED)$/) } })
    await again.close()
  })
})
