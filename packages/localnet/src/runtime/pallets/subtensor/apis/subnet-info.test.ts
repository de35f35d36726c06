import { beforeAll, describe, expect, it } from 'vitest'
import { callApi } from '../../../../../test/runtime/call-api.js'
import { TestChain } from '../../../../../test/runtime/test-chain.js'
import { hyperparameters, schedule } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { subnets } from '../storage/subnets.js'

const tao = 1_000_000_000n
const netuid = 2
const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8)
const positions = (...values: number[]): Uint8Array => Uint8Array.of(values.length << 2, ...values.flatMap((value) => [...u16(value)]))
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))

describe('subnet APIs', () => {
  let chain: TestChain
  beforeAll(async () => {
    chain = await TestChain.create()
    chain.block()
    const steps: [string, string, ...unknown[]][] = [
      ['//Alice', 'registerNetwork', chain.account('//Owner')],
      ['//Alice', 'startCall', netuid],
      ['//Bob', 'burnedRegister', netuid, chain.account('//V')],
      ['//Bob', 'addStake', chain.account('//V'), netuid, 100n * tao],
    ]
    for (const [uri, method, ...args] of steps) expect(chain.submit(uri, 'subtensorModule', method, ...args).result).toBe('ok')
    const db = chain.storage
    // A second mechanism that has lists of its own.
    hyperparameters.MechanismCountCurrent.set(db, netuid, 2)
    neurons.Incentive.set(db, 4096 + netuid, [7, 8])
    neurons.LastUpdate.set(db, 4096 + netuid, [70n, 80n])
    neurons.Emission.set(db, netuid, [63n, 2n ** 40n])
    neurons.ValidatorPermit.set(db, netuid, [true, true])
    subnets.SubnetIdentitiesV3.set(db, netuid, {
      subnet_name: new TextEncoder().encode('mine'),
      ...Object.fromEntries(
        ['github_repo', 'subnet_contact', 'subnet_url', 'discord', 'description', 'logo_url', 'additional'].map((name) => [
          name,
          new Uint8Array(),
        ]),
      ),
    } as Parameters<typeof subnets.SubnetIdentitiesV3.set>[2])
  })

  const call = (method: string, args?: Uint8Array): unknown => callApi(chain, 'SubnetInfoRuntimeApi', method, args)

  it('a mechagraph is the metagraph with the mechanism’s own lists and number', () => {
    const metagraph = call('get_metagraph', u16(netuid)) as Record<string, unknown>
    expect(call('get_mechagraph', join(u16(netuid), Uint8Array.of(0)))).toEqual(metagraph)
    expect(call('get_mechagraph', join(u16(netuid), Uint8Array.of(1)))).toEqual({
      ...metagraph,
      netuid: 4096 + netuid,
      incentives: [7, 8],
      lastUpdate: [70, 80],
    })
    expect(call('get_mechagraph', join(u16(netuid), Uint8Array.of(2)))).toBeNull()
    expect(call('get_mechagraph', join(u16(9), Uint8Array.of(0)))).toBeNull()
    const all = call('get_all_mechagraphs') as { netuid: number }[]
    expect(all.map((one) => one.netuid)).toEqual([0, 1, netuid, 4096 + netuid])
    expect(metagraph.emission).toEqual([63, 2 ** 40])
  })

  it('a selective metagraph has what was asked for, and nothing else', () => {
    const metagraph = call('get_metagraph', u16(netuid)) as Record<string, unknown>
    const chosen = call('get_selective_metagraph', join(u16(netuid), positions(0, 3, 8, 52, 60, 72, 999))) as Record<string, unknown>
    const { netuid: number, identity, tempo, hotkeys, emission, validators, ...others } = chosen
    expect({ number, identity, tempo, hotkeys, emission }).toEqual({
      number: netuid,
      identity: metagraph.identity,
      tempo: metagraph.tempo,
      hotkeys: metagraph.hotkeys,
      emission: metagraph.emission,
    })
    // By stake, the least first.
    expect(validators).toEqual([0, 1])
    expect(Object.keys(others).length).toBeGreaterThan(60)
    expect(Object.values(others).every((value) => value === null)).toBe(true)
    // As on the chain, a plain selection says which subnet it is of only if it was asked to.
    expect(call('get_selective_metagraph', join(u16(netuid), positions(8)))).toMatchObject({ netuid: 0, tempo: metagraph.tempo })
    expect(call('get_selective_metagraph', join(u16(9), positions(0)))).toBeNull()
  })

  it('an identity that is absent differs from one that was not asked for', () => {
    const raw = (...at: number[]) =>
      chain.runtime.call(chain.storage, 'SubnetInfoRuntimeApi_get_selective_metagraph', join(u16(1), positions(...at)), chain.context())
    const [asked, not] = [raw(3), raw(8)]
    // Some(netuid 0, name None, symbol None, identity Some(None)).
    expect([...asked.slice(0, 6)]).toEqual([1, 0, 0, 0, 1, 0])
    expect([...not.slice(0, 5)]).toEqual([1, 0, 0, 0, 0])
  })

  it('a selective mechagraph takes its lists from the mechanism', () => {
    const args = join(u16(netuid), Uint8Array.of(1), positions(59, 62, 30))
    expect(call('get_selective_mechagraph', args)).toMatchObject({ netuid, lastUpdate: [70, 80], incentives: [7, 8], numUids: 2 })
  })

  it('commitments come as the chain encodes them', () => {
    const chosen = call('get_selective_metagraph', join(u16(netuid), positions(73))) as { commitments: unknown }
    expect(chosen.commitments).toEqual([])
  })

  it('get_dynamic_info is a part of the metagraph', () => {
    const metagraph = call('get_metagraph', u16(netuid)) as Record<string, unknown>
    const info = call('get_dynamic_info', u16(netuid)) as Record<string, unknown>
    expect(info).toMatchObject({
      netuid,
      subnetName: metagraph.name,
      tokenSymbol: metagraph.symbol,
      taoIn: metagraph.taoIn,
      alphaOut: metagraph.alphaOut,
      movingPrice: metagraph.movingPrice,
      networkRegisteredAt: metagraph.networkRegisteredAt,
      subnetIdentity: metagraph.identity,
    })
    expect((call('get_all_dynamic_info') as unknown[]).map((one) => (one as { netuid: number }).netuid)).toEqual([0, 1, netuid])
  })

  it('get_subnet_info, with and without identity', () => {
    schedule.BlocksSinceLastStep.set(chain.storage, netuid, 11n)
    const info = {
      netuid,
      subnetworkN: 2,
      maxAllowedUids: 256,
      tempo: 360,
      blocksSinceLastStep: 11,
      scalingLawPower: 50,
      networkConnect: [],
    }
    expect(call('get_subnet_info', u16(netuid))).toMatchObject({ ...info, owner: chain.pair('//Alice').address, emissionValues: 0 })
    expect(call('get_subnet_info_v2', u16(netuid))).toMatchObject({ ...info, identity: { subnetName: '0x6d696e65' } })
    expect(call('get_subnets_info')).toHaveLength(3)
    expect(call('get_subnets_info_v2')).toHaveLength(3)
    expect(call('get_subnet_info', u16(9))).toBeNull()
  })

  it('get_subnet_state has a history for each subnet', () => {
    const state = call('get_subnet_state', u16(netuid)) as { hotkeys: unknown[]; emissionHistory: unknown[][] }
    expect(state.hotkeys).toHaveLength(2)
    expect(state.emissionHistory).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ])
  })

  it('get_subnet_hyperparams_v3 lists them by name, in the chain’s order', () => {
    const list = call('get_subnet_hyperparams_v3', u16(netuid)) as { name: string; value: unknown }[]
    const named = list.map(({ name, value }) => [Buffer.from(name.slice(2), 'hex').toString(), value] as const)
    expect(named).toHaveLength(33)
    expect(named[0]).toEqual(['kappa', { u16: 32767 }])
    expect(named.at(-1)).toEqual(['min_childkey_take', { u16: 0 }])
    const values = Object.fromEntries(named)
    expect(values).toMatchObject({
      tempo: { u16: 360 },
      activity_cutoff: { u64: 5000 },
      activity_cutoff_factor: { u32: 13_889 },
      max_burn: { taoBalance: 100_000_000_000 },
      burn_increase_mult: { u64f64: { bits: '0x0000000000000001428f5c28f5c29000' } },
      alpha_sigmoid_steepness: { i32f32: { bits: 1000 * 2 ** 32 } },
      yuma_version: { u16: 3 },
      owner_cut_enabled: { bool: true },
    })
  })

  it('get_subnet_to_prune and get_coldkey_auto_stake_hotkey', () => {
    expect(call('get_subnet_to_prune')).toBeNull()
    subnets.NetworkImmunityPeriod.set(chain.storage, 0n)
    // Subnet 1 has the price of no start, which is the lowest.
    expect(call('get_subnet_to_prune')).toBe(1)
    expect(call('get_coldkey_auto_stake_hotkey', join(chain.pair('//Bob').publicKey, u16(netuid)))).toBeNull()
  })
})
