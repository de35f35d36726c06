import { beforeAll, describe, expect, it } from 'vitest'
import { callApi } from '../../../../../test/runtime/call-api.js'
import { TestChain } from '../../../../../test/runtime/test-chain.js'

const tao = 1_000_000_000n
const netuid = 2
const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8)

describe('runtime APIs', () => {
  let chain: TestChain
  beforeAll(async () => {
    chain = await TestChain.create()
    chain.block()
    const steps: [string, string, ...unknown[]][] = [
      ['//Alice', 'registerNetwork', chain.account('//Owner')],
      ['//Alice', 'startCall', netuid],
      ['//Bob', 'burnedRegister', netuid, chain.account('//V')],
      ['//Bob', 'addStake', chain.account('//V'), netuid, 100n * tao],
      ['//V', 'serveAxon', netuid, 3, 0x7f000001, 8091, 4, 4, 0, 0],
    ]
    for (const [uri, method, ...args] of steps) expect(chain.submit(uri, 'subtensorModule', method, ...args).result).toBe('ok')
  })

  const call = (api: string, method: string, args?: Uint8Array): unknown => callApi(chain, api, method, args)

  it('get_metagraph', () => {
    const metagraph = call('SubnetInfoRuntimeApi', 'get_metagraph', u16(netuid)) as Record<string, unknown>
    expect(metagraph).toMatchObject({
      netuid,
      name: [...Buffer.from('omron')],
      symbol: [0xce, 0xb2],
      block: chain.number,
      tempo: 360,
      numUids: 2,
      maxUids: 256,
      maxWeightsLimit: 65535,
      activityCutoff: 5000,
      weightsRateLimit: 100,
      commitRevealWeightsEnabled: true,
      immunityPeriod: 5000,
      active: [true, true],
      validatorPermit: [false, false],
      rank: [],
      trust: [],
      taoStake: [0, 0],
    })
    const [owner, validator] = metagraph.hotkeys as string[]
    expect(owner).toBe(chain.pair('//Owner').address)
    expect(validator).toBe(chain.pair('//V').address)
    expect(metagraph.coldkeys).toEqual([chain.pair('//Alice').address, chain.pair('//Bob').address])
    const stake = chain.query('subtensorModule', 'totalHotkeyAlpha', chain.account('//V'), netuid)
    expect(metagraph.alphaStake).toEqual([0, stake])
    expect(metagraph.totalStake).toEqual([0, stake])
    expect((metagraph.axons as unknown[])[1]).toMatchObject({ ip: 0x7f000001, port: 8091, ipType: 4, version: 3 })
  })

  it('of a subnet that does not exist are empty', () => {
    expect(call('SubnetInfoRuntimeApi', 'get_metagraph', u16(9))).toBeNull()
    expect(call('SubnetInfoRuntimeApi', 'get_subnet_hyperparams', u16(9))).toBeNull()
    expect(call('NeuronInfoRuntimeApi', 'get_neurons_lite', u16(9))).toEqual([])
  })

  it('get_neurons_lite and get_neuron_lite', () => {
    const all = call('NeuronInfoRuntimeApi', 'get_neurons_lite', u16(netuid)) as Record<string, unknown>[]
    expect(all).toHaveLength(2)
    expect(all[1]).toMatchObject({
      hotkey: chain.pair('//V').address,
      uid: 1,
      netuid,
      rank: 0,
      trust: 0,
      pruningScore: 65535,
      active: true,
    })
    expect(all[1]?.stake).toEqual([
      [chain.pair('//Bob').address, chain.query('subtensorModule', 'totalHotkeyAlpha', chain.account('//V'), netuid)],
    ])
    const one = new Uint8Array([...u16(netuid), ...u16(1)])
    expect(call('NeuronInfoRuntimeApi', 'get_neuron_lite', one)).toEqual(all[1])
    expect(call('NeuronInfoRuntimeApi', 'get_neuron_lite', new Uint8Array([...u16(netuid), ...u16(2)]))).toBeNull()
    expect(call('NeuronInfoRuntimeApi', 'get_neuron', one)).toMatchObject({ uid: 1, weights: [], bonds: [] })
  })

  it('get_subnet_hyperparams', () => {
    const hyperparams = { rho: 10, kappa: 32767, tempo: 360, minBurn: 500_000, alphaHigh: 58982, alphaLow: 45875, maxValidators: 64 }
    expect(call('SubnetInfoRuntimeApi', 'get_subnet_hyperparams', u16(netuid))).toMatchObject(hyperparams)
    expect(call('SubnetInfoRuntimeApi', 'get_subnet_hyperparams_v2', u16(netuid))).toMatchObject({
      ...hyperparams,
      yumaVersion: 3,
      subnetIsActive: true,
      alphaSigmoidSteepness: { bits: 1000 * 2 ** 32 },
    })
  })

  it('get_next_epoch_start_block', () => {
    const last = chain.query('subtensorModule', 'lastEpochBlock', netuid) as number
    expect(call('SubnetInfoRuntimeApi', 'get_next_epoch_start_block', u16(netuid))).toBe(last + 360)
  })

  it('prices, costs and stake', () => {
    const [reserve, alpha] = ['subnetTAO', 'subnetAlphaIn'].map((item) => BigInt(chain.query('subtensorModule', item, netuid) as string))
    const price = Number((BigInt(reserve ?? 0) * tao) / BigInt(alpha ?? 1))
    expect(call('SwapRuntimeApi', 'current_alpha_price', u16(netuid))).toBe(price)
    expect(call('SwapRuntimeApi', 'current_alpha_price', u16(0))).toBe(1_000_000_000)
    expect(call('SwapRuntimeApi', 'current_alpha_price_all')).toContainEqual({ netuid, price })
    // Twice the last lock, less 1/100800 of it a block.
    const blocks = chain.number - (chain.query('subtensorModule', 'networkRegisteredAt', netuid) as number)
    expect(call('SubnetRegistrationRuntimeApi', 'get_network_registration_cost')).toBe(2_000_000_000_000 - 9_920_634 * blocks)
    const args = new Uint8Array([...chain.pair('//V').publicKey, ...chain.pair('//Bob').publicKey, ...u16(netuid)])
    expect(call('StakeInfoRuntimeApi', 'get_stake_info_for_hotkey_coldkey_netuid', args)).toMatchObject({
      stake: chain.query('subtensorModule', 'totalHotkeyAlpha', chain.account('//V'), netuid),
      isRegistered: true,
    })
  })

  it('tell the account of a subnet', () => {
    const account = call('SubnetInfoRuntimeApi', 'get_subnet_account_id', u16(netuid)) as string
    expect(Buffer.from(chain.keyring.decodeAddress(account)).toString('latin1', 0, 12)).toBe('modlsubtensr')
  })
})
