import { beforeAll, describe, expect, it } from 'vitest'
import { eventData, TestChain } from '../../../../test/runtime/test-chain.js'

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
  for (const hotkey of ['//V1', '//V2', '//M1', '//M2', '//M3'])
    ok(chain.submit('//Bob', 'subtensorModule', 'burnedRegister', netuid, chain.account(hotkey)))
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
    const before = {
      account: free(pool),
      reserve: big(query('subnetTAO', netuid)),
      burned: free(burn),
      out: big(query('subnetAlphaOut', netuid)),
    }
    const { result, events } = chain.submit('//Bob', 'subtensorModule', 'addStake', chain.account('//V1'), netuid, 10n * tao)
    expect(result).toBe('ok')
    const [, , paid, alpha, , fee] = eventData<[string, string, number, number, number, number]>(events, 'subtensorModule.StakeAdded')
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
    expect(set.events.map(({ name }) => name)).toEqual([
      'subtensorModule.WeightsSet',
      'transactionPayment.TransactionFeePaid',
      'system.ExtrinsicSuccess',
    ])
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

describe('emission', () => {
  let chain: TestChain
  beforeAll(async () => {
    chain = await openSubnet()
    const epoch = Number(chain.query('subtensorModule', 'subnetEpochIndex', netuid))
    while (Number(chain.query('subtensorModule', 'subnetEpochIndex', netuid)) === epoch) chain.block()
    // The owner's uid 0 gets a share, so that there is something to burn.
    for (const uri of ['//V1', '//V2']) {
      expect(chain.submit(uri, 'subtensorModule', 'setWeights', netuid, [0, 3, 4, 5], [1, 4, 3, 2], 0).result).toBe('ok')
    }
  })

  const hotkeys = ['//Owner', '//V1', '//V2', '//M1', '//M2', '//M3']
  const amount = (section: string, item: string, ...keys: unknown[]): bigint => big(chain.query(section, item, ...keys))
  const read = () => ({
    stakes: hotkeys.map((uri) => amount('subtensorModule', 'totalHotkeyAlpha', chain.account(uri), netuid)),
    minted: amount('alphaAssets', 'totalAlphaIssuance', netuid) + amount('alphaAssets', 'alphaRecycled', netuid),
    burned: amount('alphaAssets', 'alphaBurned', netuid),
    ownerCut: amount('subtensorModule', 'pendingOwnerCut', netuid),
    server: amount('subtensorModule', 'pendingServerEmission', netuid),
    validator: amount('subtensorModule', 'pendingValidatorEmission', netuid),
  })
  const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n)

  it('splits the alpha of a block 18 : 41 : 41, and loses less than 3 rao', () => {
    const before = read()
    chain.block()
    const after = read()
    expect(after.minted - before.minted).toBe(1_000_000_000n)
    expect(after.ownerCut - before.ownerCut).toBe(179_995_422n)
    expect(after.server - before.server).toBe(410_002_288n)
    expect(after.validator - before.validator).toBe(410_002_288n)
  })

  it('gives out the alpha of an epoch to the rao', () => {
    const tempo = 20
    const start = Number(chain.query('subtensorModule', 'lastEpochBlock', netuid))
    while (chain.number < start + tempo - 1) chain.block()
    const before = read()
    chain.block()
    expect(chain.query('subtensorModule', 'lastEpochBlock', netuid)).toBe(chain.number)
    const after = read()
    // What was pending, and what the block of the epoch added.
    const pending = {
      ownerCut: before.ownerCut + 179_995_422n,
      server: before.server + 410_002_288n,
      validator: before.validator + 410_002_288n,
    }
    expect([after.ownerCut, after.server, after.validator]).toEqual([0n, 0n, 0n])
    const [{ emissions }] = chain
      .events()
      .filter(({ name }) => name === 'subtensorModule.IncentiveAlphaEmittedToMiners')
      .map(({ data }) => ({ emissions: (data as [number, (string | number)[]])[1].map(big) })) as [{ emissions: bigint[] }]
    const gained = hotkeys.map((_, uid) => (after.stakes[uid] ?? 0n) - (before.stakes[uid] ?? 0n))
    const burned = after.burned - before.burned
    expect(burned).toBe(emissions[0])
    expect(gained[0]).toBe(pending.ownerCut)
    expect(gained.slice(3)).toEqual(emissions.slice(3))
    const dividends = (gained[1] ?? 0n) + (gained[2] ?? 0n)
    const remainder = pending.ownerCut + pending.server + pending.validator - sum(gained) - burned
    expect(remainder).toBeGreaterThanOrEqual(0n)
    // A neuron's share has 32 bits behind the point: each may lose that part of the whole, and a rao by rounding.
    expect(remainder).toBeLessThan(BigInt(hotkeys.length) * (((pending.server + pending.validator) >> 32n) + 2n))
    // In proportion to stake: the same weights, and half of what is not the owner's.
    expect(Number(gained[1]) / Number(gained[2])).toBeCloseTo(Number(before.stakes[1]) / Number(before.stakes[2]), 2)
    expect(Number(dividends) / Number(pending.validator)).toBeCloseTo(1, 8)
  })

  it('makes no TAO for a subnet whose emission is off, and buys alpha with it when it is on', () => {
    const issuance = () => [amount('balances', 'totalIssuance'), amount('subtensorModule', 'totalIssuance')]
    const before = issuance()
    const pool = amount('subtensorModule', 'subnetTAO', netuid)
    chain.block()
    expect(issuance()).toEqual(before)
    expect(amount('subtensorModule', 'subnetTAO', netuid)).toBe(pool)
    const inner = chain.call('adminUtils', 'sudoSetSubnetEmissionEnabled', netuid, true)
    expect(chain.submit('//Alice', 'sudo', 'sudo', inner).result).toBe('ok')
    const [alphaIn, protocol] = [
      amount('subtensorModule', 'subnetAlphaIn', netuid),
      amount('subtensorModule', 'subnetProtocolAlpha', netuid),
    ]
    chain.block()
    expect(amount('subtensorModule', 'subnetTAO', netuid)).toBe(pool + 1_000_000_000n)
    expect(issuance()).toEqual(before.map((rao) => rao + 1_000_000_000n))
    const bought = alphaIn - amount('subtensorModule', 'subnetAlphaIn', netuid)
    expect(bought).toBeGreaterThan(0n)
    expect(amount('subtensorModule', 'subnetProtocolAlpha', netuid) - protocol).toBe(bought)
  })

  it('follows the price slowly', () => {
    const price = chain.query('subtensorModule', 'subnetMovingPrice', netuid) as { bits: string }
    expect(BigInt(price.bits)).toBeGreaterThan(0n)
  })
})
