import { ApiPromise, WsProvider } from '@polkadot/api'
import { Keyring } from '@polkadot/keyring'
import type { KeyringPair } from '@polkadot/keyring/types'
import { createLocalnet, devAccounts, type Localnet } from '@tensorkit/localnet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeApi } from './support/close-api.js'
import { callOf, include, type Outcome, stored } from './support/extrinsics.js'

const tao = 1_000_000_000n
const netuid = 2
const tempo = 20

/** A subnet from nothing, by an unmodified @polkadot/api: each step builds on the one before. */
describe('first light', () => {
  let localnet: Localnet
  let api: ApiPromise
  let alice: KeyringPair
  let owner: KeyringPair
  let ownerHotkey: KeyringPair
  let neurons: { readonly cold: KeyringPair; readonly hot: KeyringPair }[]
  const validators = () => neurons.slice(0, 2)
  const miners = () => neurons.slice(2)

  beforeAll(async () => {
    localnet = await createLocalnet()
    api = await ApiPromise.create({ provider: new WsProvider(localnet.url), noInitWarn: true, throwOnConnect: true })
    const keyring = new Keyring({ type: 'sr25519', ss58Format: 42 })
    const pair = (uri: string): KeyringPair => keyring.addFromUri(uri)
    alice = pair(devAccounts.alice)
    owner = pair(devAccounts.owner)
    ownerHotkey = pair(`${devAccounts.owner}//hot`)
    const uris = [0, 1].map(devAccounts.validator).concat([0, 1, 2].map(devAccounts.miner))
    neurons = uris.map((uri) => ({ cold: pair(uri), hot: pair(`${uri}//hot`) }))
  })
  afterAll(async () => {
    await closeApi(api)
    await localnet.close()
  })

  const run = async (...calls: (readonly [ReturnType<typeof callOf>, KeyringPair])[]): Promise<Outcome[]> => {
    const outcomes = await include(api, localnet, calls)
    expect(outcomes.map(({ error }) => error)).toEqual(calls.map(() => undefined))
    return outcomes
  }
  const subtensor = (name: string, ...args: unknown[]) => callOf(api, 'subtensorModule', name, ...args)
  const sudo = (name: string, ...args: unknown[]) => [callOf(api, 'sudo', 'sudo', callOf(api, 'adminUtils', name, ...args)), alice] as const
  const vector = (name: string): Promise<number[]> => stored(api, 'subtensorModule', name, netuid)
  const nextEpoch = async (): Promise<void> => {
    const last = await stored<number>(api, 'subtensorModule', 'lastEpochBlock', netuid)
    await localnet.mine(Math.max(1, last + tempo - localnet.block.number))
  }

  test('accounts are funded by transfers', async () => {
    const fund = (to: KeyringPair, amount: bigint) => [callOf(api, 'balances', 'transferKeepAlive', to.address, amount), alice] as const
    await run(fund(owner, 5_000n * tao), ...neurons.map(({ cold }) => fund(cold, 2_000n * tao)))
    expect(await stored(api, 'system', 'account', owner.address)).toMatchObject({ data: { free: Number(5_000n * tao) } })
  })

  test('register_network and start_call make a subnet, owned by its uid 0', async () => {
    const [outcome] = await run([subtensor('registerNetwork', ownerHotkey.address), owner])
    expect(outcome?.events).toContain('subtensorModule.NetworkAdded')
    expect(await stored(api, 'subtensorModule', 'networksAdded', netuid)).toBe(true)
    expect(await stored(api, 'subtensorModule', 'keys', netuid, 0)).toBe(ownerHotkey.address)
    const [early] = await include(api, localnet, [[subtensor('addStake', ownerHotkey.address, netuid, tao), owner]])
    expect(early?.error).toBe('subtensorModule.SubtokenDisabled')
    await run([subtensor('startCall', netuid), owner])
    expect(await stored(api, 'subtensorModule', 'subtokenEnabled', netuid)).toBe(true)
  })

  test('hyperparameters are set by sudo', async () => {
    await run(
      sudo('sudoSetTempo', netuid, tempo),
      sudo('sudoSetAdminFreezeWindow', 0),
      sudo('sudoSetCommitRevealWeightsEnabled', netuid, false),
      sudo('sudoSetWeightsSetRateLimit', netuid, 0),
      sudo('sudoSetSubnetEmissionEnabled', netuid, true),
    )
    expect(await stored(api, 'subtensorModule', 'tempo', netuid)).toBe(tempo)
    const [forbidden] = await include(api, localnet, [[callOf(api, 'adminUtils', 'sudoSetTempo', netuid, 10), owner]])
    expect(forbidden?.error).toBe('{"badOrigin":null}')
  })

  test('neurons register by burn and get uids in order', async () => {
    await run(...neurons.map(({ cold, hot }) => [subtensor('burnedRegister', netuid, hot.address), cold] as const))
    expect(await stored(api, 'subtensorModule', 'subnetworkN', netuid)).toBe(6)
    for (const [index, { hot }] of neurons.entries())
      expect(await stored(api, 'subtensorModule', 'uids', netuid, hot.address)).toBe(index + 1)
    const [again] = await include(api, localnet, [
      [subtensor('burnedRegister', netuid, neurons[0]?.hot.address), neurons[0]?.cold as KeyringPair],
    ])
    expect(again?.error).toBe('subtensorModule.HotKeyAlreadyRegisteredInSubNet')
  })

  test('stake gives permits at the next epoch', async () => {
    const stakes = [60n, 40n]
    await run(
      ...validators().map(
        ({ cold, hot }, index) => [subtensor('addStake', hot.address, netuid, (stakes[index] ?? 0n) * tao), cold] as const,
      ),
    )
    await nextEpoch()
    expect((await vector('validatorPermit')).slice(1, 3)).toEqual([true, true])
    expect((await vector('incentive')).slice(3)).toEqual([0, 0, 0])
  })

  test('weights of a hotkey without balance are taken; a miner without permit is refused', async () => {
    const weights = [65_535, 32_768, 0]
    const uids = [3, 4, 5]
    const outcomes = await run(...validators().map(({ hot }) => [subtensor('setWeights', netuid, uids, weights, 0), hot] as const))
    for (const { events } of outcomes) expect(events).toContain('subtensorModule.WeightsSet')
    expect(await stored(api, 'subtensorModule', 'weights', netuid, 1)).toEqual([
      [3, 65_535],
      [4, 32_768],
      [5, 0],
    ])
    const [refused] = await include(api, localnet, [[subtensor('setWeights', netuid, uids, weights, 0), miners()[0]?.hot as KeyringPair]])
    expect(refused?.error).toBe('subtensorModule.NeuronNoValidatorPermit')
    // The chain's own pool check: the same again is too soon once there is a rate limit.
    await run(sudo('sudoSetWeightsSetRateLimit', netuid, 100))
    const again = subtensor('setWeights', netuid, uids, weights, 0).signAndSend(validators()[0]?.hot as KeyringPair)
    await expect(again).rejects.toThrow('1010: Invalid Transaction: Custom error: 6')
  })

  test('the epoch runs Yuma over them, and pays', async () => {
    const stakes = await Promise.all(
      validators().map(({ hot }) => stored<number>(api, 'subtensorModule', 'totalHotkeyAlpha', hot.address, netuid)),
    )
    await nextEpoch()
    const incentive = await vector('incentive')
    const dividends = await vector('dividends')
    // Both validators agree, so the miners' incentive is in the ratio of the weights.
    expect(incentive.slice(0, 3)).toEqual([0, 0, 0])
    expect((incentive[3] ?? 0) / ((incentive[4] ?? 0) + 1)).toBeCloseTo(2, 2)
    expect(incentive[5]).toBe(0)
    expect((incentive[3] ?? 0) + (incentive[4] ?? 0)).toBeGreaterThan(65_000)
    // The first to stake got more alpha for its TAO.
    const ratio = (stakes[0] ?? 0) / (stakes[1] ?? 1)
    expect(ratio).toBeGreaterThan(1.5)
    expect((dividends[1] ?? 0) / (dividends[2] ?? 1)).toBeCloseTo(ratio, 2)
    const emission = await vector('emission')
    expect(emission[3]).toBeGreaterThan(emission[4] ?? 0)
    const staked = await stored<number>(api, 'subtensorModule', 'totalHotkeyAlpha', miners()[0]?.hot.address, netuid)
    expect(staked).toBeGreaterThan(0)
  })

  test('a miner serves an axon on loopback', async () => {
    const miner = miners()[0]?.hot as KeyringPair
    const ip = 0x7f000001
    await run([subtensor('serveAxon', netuid, 1, ip, 8091, 4, 4, 0, 0), miner])
    expect(await stored(api, 'subtensorModule', 'axons', netuid, miner.address)).toMatchObject({ ip, port: 8091, ipType: 4 })
  })

  test('runtime APIs of the metadata tell the same', async () => {
    const metagraph = (await api.call.subnetInfoRuntimeApi?.getMetagraph?.(netuid))?.toJSON() as {
      hotkeys: string[]
      incentives: number[]
      validatorPermit: boolean[]
    }
    expect(metagraph.hotkeys).toEqual([ownerHotkey, ...neurons.map(({ hot }) => hot)].map(({ address }) => address))
    expect(metagraph.incentives).toEqual(await vector('incentive'))
    const lite = (await api.call.neuronInfoRuntimeApi?.getNeuronsLite?.(netuid))?.toJSON() as { uid: number; incentive: number }[]
    expect(lite.map((neuron) => neuron.incentive)).toEqual(metagraph.incentives)
    const hyperparams = (await api.call.subnetInfoRuntimeApi?.getSubnetHyperparams?.(netuid))?.toJSON() as {
      tempo: number
      commitRevealWeightsEnabled: boolean
    }
    expect(hyperparams).toMatchObject({ tempo, commitRevealWeightsEnabled: false })
  })
})

test('in strict mode loopback addresses are refused as on mainnet', async () => {
  const localnet = await createLocalnet({ strict: true })
  const api = await ApiPromise.create({ provider: new WsProvider(localnet.url), noInitWarn: true })
  try {
    const keyring = new Keyring({ type: 'sr25519', ss58Format: 42 })
    const [alice, hotkey] = [keyring.addFromUri(devAccounts.alice), keyring.addFromUri(devAccounts.owner)]
    await include(api, localnet, [[callOf(api, 'subtensorModule', 'registerNetwork', hotkey.address), alice]])
    const serve = (ip: number) => callOf(api, 'subtensorModule', 'serveAxon', netuid, 1, ip, 8091, 4, 4, 0, 0)
    await expect(serve(0x7f000001).signAndSend(hotkey)).rejects.toThrow('1010: Invalid Transaction: Custom error: 11')
    expect((await include(api, localnet, [[serve(0x08080808), hotkey]]))[0]?.error).toBeUndefined()
  } finally {
    await closeApi(api)
    await localnet.close()
  }
})
