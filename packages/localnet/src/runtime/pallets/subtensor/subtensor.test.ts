import { beforeAll, describe, expect, it } from 'vitest'
import { TestChain } from '../../testing/test-chain.js'

const tao = 1_000_000_000n
const netuid = 2

/** A chain with one open subnet: an owner, two validators with stake 60 : 40, three miners. */
async function openSubnet(): Promise<TestChain> {
  const chain = await TestChain.create()
  const ok = (result: { result: string }): void => expect(result.result).toBe('ok')
  const sudo = (...call: [string, ...unknown[]]): void => ok(chain.submit('//Alice', 'sudo', 'sudo', chain.call('adminUtils', ...call)))
  chain.block()
  ok(chain.submit('//Alice', 'subtensorModule', 'registerNetwork', chain.account('//Owner')))
  ok(chain.submit('//Alice', 'subtensorModule', 'startCall', netuid))
  sudo('sudoSetTempo', netuid, 20)
  sudo('sudoSetCommitRevealWeightsEnabled', netuid, false)
  sudo('sudoSetWeightsSetRateLimit', netuid, 0)
  sudo('sudoSetServingRateLimit', netuid, 0)
  for (const hotkey of ['//V1', '//V2', '//M1', '//M2', '//M3']) ok(chain.submit('//Bob', 'subtensorModule', 'burnedRegister', netuid, chain.account(hotkey)))
  ok(chain.submit('//Bob', 'subtensorModule', 'addStake', chain.account('//V1'), netuid, 600n * tao))
  ok(chain.submit('//Bob', 'subtensorModule', 'addStake', chain.account('//V2'), netuid, 400n * tao))
  return chain
}

const big = (value: unknown): bigint => BigInt(value as string | number)

describe('a subnet from registration to emission', () => {
  let chain: TestChain
  beforeAll(async () => {
    chain = await openSubnet()
  })
  const query = (item: string, ...args: unknown[]): unknown => chain.query('subtensorModule', item, ...args)

  it('has the settings of a new subnet', () => {
    expect(query('subnetOwner', netuid)).toBe('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
    expect(query('yuma3On', netuid)).toBe(true)
    expect(query('subnetEmissionEnabled', netuid)).toBe(false)
    expect(query('subnetworkN', netuid)).toBe(6)
    expect(query('tokenSymbol', netuid)).toBe('0xceb2')
  })

  it('moves staked TAO into the pool, and its fee to the burn account', () => {
    const free = (account: string): bigint => big((chain.query('system', 'account', account) as { data: { free: string } }).data.free)
    const pool = `0x6d6f646c73756274656e73720200${'00'.repeat(18)}`
    const burn = `0x6d6f646c6275726e746e7372${'00'.repeat(20)}`
    const before = { account: free(pool), reserve: big(query('subnetTAO', netuid)), burned: free(burn), out: big(query('subnetAlphaOut', netuid)) }
    const { result, events } = chain.submit('//Bob', 'subtensorModule', 'addStake', chain.account('//V1'), netuid, 10n * tao)
    expect(result).toBe('ok')
    const [, , paid, alpha, , fee] = events.find(({ name }) => name === 'subtensorModule.StakeAdded')?.data as [string, string, number, number, number, number]
    expect(big(paid)).toBe(10n * tao)
    // 33 / 65535 of 10 TAO, rounded down.
    expect(fee).toBe(5_035_477)
    expect(free(burn) - before.burned).toBe(big(fee))
    expect(free(pool) - before.account).toBe(10n * tao - big(fee))
    expect(big(query('subnetTAO', netuid)) - before.reserve).toBe(10n * tao - big(fee))
    // The block made one alpha besides.
    expect(big(query('subnetAlphaOut', netuid)) - before.out).toBe(big(alpha) + 1_000_000_000n)
  })

  it('gives permits at an epoch, takes weights, and pays incentive at the next', () => {
    const weights = (uri: string, values: number[]) => chain.submit(uri, 'subtensorModule', 'setWeights', netuid, [3, 4, 5], values, 0)
    expect(weights('//V1', [3, 2, 1]).result).toBe('subtensorModule.NeuronNoValidatorPermit')
    const epoch = () => Number(query('subnetEpochIndex', netuid))
    const first = epoch()
    while (epoch() === first) chain.block()
    expect(query('validatorPermit', netuid)).toEqual([true, true, true, false, false, false])
    const set = weights('//V1', [3, 2, 1])
    expect(set.result).toBe('ok')
    expect(set.events.map(({ name }) => name)).toEqual(['subtensorModule.WeightsSet', 'transactionPayment.TransactionFeePaid', 'system.ExtrinsicSuccess'])
    expect(query('weights', netuid, 1)).toEqual([
      [3, 65535],
      [4, 43690],
      [5, 21845],
    ])
    expect(weights('//V2', [3, 2, 1]).result).toBe('ok')
    while (epoch() === first + 1) chain.block()
    const incentive = query('incentive', netuid) as number[]
    expect(incentive.slice(0, 3)).toEqual([0, 0, 0])
    expect(incentive[3]).toBeGreaterThan(incentive[4] as number)
    expect(incentive[4]).toBeGreaterThan(incentive[5] as number)
    expect(incentive.reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(65535 - 3)
  })
})
