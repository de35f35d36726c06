import { tao } from '@tensorkit/core'
import { type Metagraph, openMetagraph } from '@tensorkit/metagraph'
import { chainErrorName } from '@tensorkit/subtensor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bootSubnet, type TestSubnet } from './support/subnet.js'

let subnet: TestSubnet
let metagraph: Metagraph

beforeAll(async () => {
  subnet = await bootSubnet({ validators: [tao(600), tao(400)], miners: 2 })
  metagraph = await openMetagraph({ subtensor: subnet.subtensor, netuid: subnet.netuid })
})
afterAll(() => subnet?.[Symbol.asyncDispose]())

describe('a snapshot', () => {
  it('has the subnet and its neurons by uid', async () => {
    const { snapshot } = metagraph
    const { localnet, miners, validators, owner, netuid } = subnet
    expect(snapshot).toMatchObject({ netuid, block: localnet.block.number, blockHash: localnet.block.hash })
    expect(`0x${snapshot.genesisHash}`).toBe(localnet.genesisHash)
    expect(snapshot.neurons.map(({ hotkey }) => hotkey)).toEqual([owner, ...miners, ...validators].map(({ address }) => address))
    expect(snapshot.neurons.map(({ uid }) => uid)).toEqual([0, 1, 2, 3, 4])
    expect(snapshot.subnet).toMatchObject({
      ownerHotkey: owner.address,
      ownerColdkey: owner.address,
      tempo: 20,
      commitRevealWeightsEnabled: false,
      weightsRateLimit: 5,
    })
    expect(snapshot.subnet.symbol.length).toBeGreaterThan(0)
    expect(snapshot.subnet.name).not.toContain('\u0000')
  })

  it('agrees with the storage of the chain', async () => {
    const { subtensor, netuid } = subnet
    const { snapshot } = metagraph
    for (const neuron of snapshot.neurons) {
      expect(await subtensor.getUid({ netuid, hotkey: neuron.hotkey })).toBe(neuron.uid)
      expect((await subtensor.getStake({ netuid, hotkey: neuron.hotkey })).rao).toBe(neuron.alphaStake)
    }
    expect((await subtensor.getBurn({ netuid })).rao).toBe(snapshot.subnet.burn)
    const hyperparameters = await subtensor.getHyperparameters({ netuid })
    expect(hyperparameters).toMatchObject({
      tempo: 20,
      commitRevealWeightsEnabled: false,
      weightsRateLimit: 5n,
      maxValidators: snapshot.subnet.maxValidators,
    })
  })

  it('cannot be changed', () => {
    const { snapshot } = metagraph
    expect(() => Object.assign(snapshot, { block: 0 })).toThrow(TypeError)
    expect(() => Object.assign(snapshot.neuron(1), { stake: 1n })).toThrow(TypeError)
    expect(() => Object.assign(snapshot.subnet, { tempo: 1 })).toThrow(TypeError)
    expect(() => (snapshot.neurons as unknown[]).push(0)).toThrow(TypeError)
  })

  it('is a directory by hotkey', () => {
    const key = subnet.miners[0]?.address ?? ''
    expect(metagraph.get(key)).toBe(metagraph.snapshot.neuron(1))
    expect(metagraph.get(subnet.alice.address)).toBeUndefined()
    expect(() => metagraph.snapshot.neuron(99)).toThrow(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
    expect(metagraph.all()).toHaveLength(5)
  })
})

describe('a subnet that does not exist', () => {
  it('is METAGRAPH_NOT_FOUND', async () => {
    await expect(openMetagraph({ subtensor: subnet.subtensor, netuid: 999 })).rejects.toMatchObject({
      code: 'METAGRAPH_NOT_FOUND',
      facts: { netuid: 999 },
    })
    await expect(openMetagraph({ subtensor: subnet.subtensor, netuid: 70_000 })).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
    await expect(subnet.subtensor.getHyperparameters({ netuid: 999 })).rejects.toMatchObject({ code: 'CHAIN_NOT_FOUND' })
    expect(await subnet.subtensor.subnetExists({ netuid: 999 })).toBe(false)
    expect(await subnet.subtensor.getSubnet({ netuid: 999 })).toBeUndefined()
    expect(await subnet.subtensor.getSubnet({ netuid: subnet.netuid })).toMatchObject({
      started: true,
      size: 5,
      owner: subnet.owner.address,
    })
  })
})

describe('a metagraph', () => {
  it('shows served axons, IPv4 and IPv6, after sync; the old snapshot stays as it was', async () => {
    const { subtensor, netuid, miners } = subnet
    const before = metagraph.snapshot
    const [first, second] = miners as [(typeof miners)[0], (typeof miners)[0]]
    await subnet.sealed(
      subtensor.serveAxon({ netuid, hotkey: first, host: '127.0.0.1', port: 8091, waitFor: 'pool' }),
      subtensor.serveAxon({ netuid, hotkey: second, host: '2001:db8::7', port: 65_535, waitFor: 'pool' }),
    )
    const after = await metagraph.sync()
    expect(before.serving()).toEqual([])
    expect(after.serving().map(({ uid, axon }) => [uid, axon])).toEqual([
      [1, { host: '127.0.0.1', port: 8091 }],
      [2, { host: '2001:db8::7', port: 65_535 }],
    ])
    expect(metagraph.snapshot).toBe(after)
    expect(await subtensor.getAxon({ netuid, hotkey: first.address })).toMatchObject({ host: '127.0.0.1', port: 8091, block: after.block })
    expect(await subtensor.getAxon({ netuid, hotkey: subnet.alice.address })).toBeUndefined()
  })

  it('shows what neurons published as their TLS keys, and leaves it out when told to', async () => {
    const { subtensor, netuid, miners } = subnet
    const [first, second] = miners as [(typeof miners)[0], (typeof miners)[0]]
    const ours = { algorithm: 0x54, publicKey: Uint8Array.from({ length: 64 }, (_, i) => i) }
    const other = { algorithm: 0, publicKey: new Uint8Array(0) }
    expect(metagraph.snapshot.neurons.some(({ certificate }) => certificate)).toBe(false)
    const at = { netuid, host: '127.0.0.1', port: 8091, waitFor: 'pool' as const }
    await subnet.sealed(
      subtensor.serveAxon({ ...at, hotkey: first, certificate: ours }),
      subtensor.serveAxon({ ...at, hotkey: second, certificate: other }),
    )
    const { block } = await metagraph.sync()
    expect(metagraph.get(first.address)).toMatchObject({ axon: { host: '127.0.0.1', port: 8091 }, certificate: ours })
    expect(metagraph.get(second.address)?.certificate).toEqual(other)
    expect(metagraph.get(subnet.owner.address)?.certificate).toBeUndefined()
    expect(await subtensor.getCertificate({ netuid, hotkey: first.address })).toEqual(ours)
    expect(await subtensor.getCertificate({ netuid, hotkey: subnet.owner.address })).toBeUndefined()
    expect([...(await subtensor.getCertificates({ netuid }))].length).toBe(2)
    expect((await subtensor.getCertificates({ netuid, at: block - 1 })).size).toBe(0)
    await expect(subtensor.getCertificates({ netuid, maxEntries: 1 })).rejects.toMatchObject({ code: 'CHAIN_INCOMPATIBLE' })
    const without = await openMetagraph({ subtensor, netuid, certificates: false })
    expect(without.snapshot.neurons.some(({ certificate }) => certificate)).toBe(false)
    for (const wrong of [
      { algorithm: 256, publicKey: new Uint8Array(1) },
      { algorithm: 1, publicKey: new Uint8Array(65) },
    ]) {
      await expect(subtensor.serveAxon({ ...at, hotkey: first, certificate: wrong })).rejects.toMatchObject({
        code: 'CORE_INVALID_ARGUMENT',
      })
    }
    // Serving again without one leaves it.
    await subnet.sealed(subtensor.serveAxon({ ...at, hotkey: first, port: 8092 }))
    expect((await metagraph.sync()).get(first.address)).toMatchObject({ axon: { port: 8092 }, certificate: ours })
  })

  it('reads a map page by page, and refuses what is no map', async () => {
    const { backend } = subnet.subtensor.client
    const { hash } = await subnet.subtensor.getHead()
    const accounts = await backend.storageMap({ pallet: 'System', item: 'Account' }, hash, { maxEntries: 1_000 })
    expect(accounts.length).toBeGreaterThan(5)
    expect(accounts.map(({ keys }) => keys[0])).toContain(subnet.alice.address)
    await expect(backend.storageMap({ pallet: 'System', item: 'Account' }, hash, { maxEntries: 2 })).rejects.toMatchObject({
      code: 'CHAIN_INCOMPATIBLE',
    })
    await expect(backend.storageMap({ pallet: 'System', item: 'Number' }, hash, { maxEntries: 2 })).rejects.toMatchObject({
      code: 'CHAIN_INCOMPATIBLE',
    })
  })

  it('shows permits, miners and validators after an epoch, and what consensus makes of weights', async () => {
    const { subtensor, netuid, validators, localnet } = subnet
    expect(metagraph.snapshot.validators()).toEqual([])
    await subnet.mineEpoch()
    const after = await metagraph.sync()
    expect(after.validators().map(({ uid }) => uid)).toEqual(expect.arrayContaining([3, 4]))
    // A permit that is not used yet makes no validator.
    expect(after.miners().map(({ uid }) => uid)).toEqual([1, 2, 3, 4])
    expect(after.neuron(3).stake > after.neuron(4).stake).toBe(true)
    await localnet.mine(5)
    await subnet.sealed(
      ...validators.map((hotkey) => subtensor.setWeights({ netuid, hotkey, uids: [1, 2], weights: [65_535, 21_845], waitFor: 'pool' })),
    )
    expect(await subtensor.getWeights({ netuid, uid: 3 })).toEqual([
      { uid: 1, weight: 65_535 },
      { uid: 2, weight: 21_845 },
    ])
    const again = await subtensor.setWeights({ netuid, hotkey: validators[0] as (typeof validators)[0], uids: [1], weights: [1] })
    expect(again).toMatchObject({ ok: false, error: { code: 'CHAIN_RATE_LIMITED' } })
    expect(chainErrorName((again as { error: unknown }).error)).toBe('Pool.RateLimitExceeded')
    const status = await subtensor.getWeightsStatus({ netuid, hotkey: validators[0]?.address ?? '' })
    expect(status).toMatchObject({
      uid: 3,
      validatorPermit: true,
      commitReveal: false,
      lastUpdate: localnet.block.number,
      rateLimitBlocks: 5,
      blocksToWait: 5,
    })
    await subnet.mineEpoch()
    const paid = await metagraph.sync()
    // Miners that earned stake hold permits now; they are miners all the same.
    await subnet.mineEpoch()
    const later = await metagraph.sync()
    expect(later.neuron(1)).toMatchObject({ validatorPermit: true, actsAsValidator: false })
    expect(later.miners().map(({ uid }) => uid)).toEqual([1, 2])
    expect(paid.neuron(1).incentive / paid.neuron(2).incentive).toBeCloseTo(3, 1)
    expect(paid.neuron(1).incentiveRatio + paid.neuron(2).incentiveRatio).toBeCloseTo(1, 3)
    expect(paid.neuron(3).validatorTrustRatio).toBeCloseTo(1, 3)
    expect(paid.neuron(1).emission > paid.neuron(2).emission).toBe(true)
    expect(paid.neuron(3).lastUpdate).toBe(status.lastUpdate)
  })

  it('keeps the old snapshot when a sync fails', async () => {
    const before = metagraph.snapshot
    await expect(metagraph.sync({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CORE_ABORTED' })
    expect(metagraph.snapshot).toBe(before)
  })

  it('follows blocks and epochs', async () => {
    const controller = new AbortController()
    const blocks: number[] = []
    for await (const { block } of metagraph.subscribe({ signal: controller.signal })) {
      blocks.push(block)
      if (blocks.length === 3) controller.abort()
      else await subnet.localnet.mine()
    }
    const last = subnet.localnet.block.number
    expect(blocks).toEqual([last - 2, last - 1, last])
    const epochs: number[] = []
    for await (const snapshot of metagraph.subscribe({ every: 'epoch' })) {
      epochs.push(snapshot.subnet.lastStep)
      if (epochs.length === 2) break
      await subnet.mineEpoch()
    }
    expect((epochs[1] ?? 0) - (epochs[0] ?? 0)).toBe(20)
  })
})

it('tells no block twice, however fast they come', async () => {
  const controller = new AbortController()
  const blocks: number[] = []
  const reader = (async () => {
    for await (const { block } of metagraph.subscribe({ signal: controller.signal })) blocks.push(block)
  })()
  for (let i = 0; i < 15; i++) await subnet.localnet.mine(4)
  const last = subnet.localnet.block.number
  await expect.poll(() => blocks.at(-1), { timeout: 10_000 }).toBe(last)
  // What still waits for its turn would come now.
  await new Promise((resolve) => setTimeout(resolve, 200))
  controller.abort()
  await reader
  expect(blocks).toEqual([...new Set(blocks)])
})

describe('epochs', () => {
  it('come when the chain says, after a change of tempo too', async () => {
    const { subtensor, netuid, alice } = subnet
    // Just after an epoch, outside of the window in which hyperparameters are frozen.
    await subnet.mineEpoch()
    const before = await subtensor.getEpochStatus({ netuid })
    expect(before).toMatchObject({ tempo: 20, blocksToNextEpoch: 20, lastEpochBlock: before.block })
    await subnet.localnet.mine(3)
    await subnet.sealed(subtensor.setHyperparameter({ netuid, name: 'tempo', value: 13, signer: alice, waitFor: 'pool' }))
    expect(await subtensor.getEpochStatus({ netuid })).toMatchObject({ tempo: 13, blocksToNextEpoch: 13 })
    await subnet.mineEpoch()
    expect(await subtensor.getEpochStatus({ netuid })).toMatchObject({ epoch: before.epoch + 1 })
    await subnet.localnet.mine(5)
    const frozen = await subtensor.setHyperparameter({ netuid, name: 'tempo', value: 20, signer: alice, waitFor: 'pool' })
    if (!frozen.ok) throw frozen.error
    await subnet.localnet.mine()
    expect(await frozen.inclusion).toMatchObject({
      ok: false,
      error: { code: 'CHAIN_TOO_EARLY', facts: { chainError: 'SubtensorModule.AdminActionProhibitedDuringWeightsWindow' } },
    })
  })
})
