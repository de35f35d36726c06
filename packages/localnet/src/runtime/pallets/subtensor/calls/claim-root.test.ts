import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { big, failure, StakeChain, TAO } from '../../../../../test/runtime/stake-chain.js'
import { pickByHash } from '../claim-root.js'
import { owedToRoot } from '../root-claims.js'
import { stakeOf } from '../stake-pool.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { rootClaims } from '../storage/root-claims.js'
import { pools, stake } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'

const netuid = 2

/** A subnet whose validator has stake on root, and prices that let root sell. */
let at: StakeChain
beforeAll(async () => {
  at = await StakeChain.create()
  at.ok('//Bob', 'burnedRegister', netuid, at.account('//V'))
  at.ok('//Bob', 'addStake', at.account('//V'), netuid, 100n * TAO)
  at.ok('//Bob', 'addStake', at.account('//V'), 0, 3000n * TAO)
  at.ok('//Charlie', 'addStake', at.account('//V'), 0, 1000n * TAO)
  const { storage } = at.chain
  pools.SubnetMovingPrice.set(storage, netuid, { bits: 3n << 32n })
  hyperparameters.Tempo.set(storage, netuid, 20)
  rootClaims.NumRootClaim.set(storage, 0n)
  epoch()
  epoch()
  at.save()
}, 60_000)
beforeEach(() => at.restore())

function epoch(): void {
  const before = at.query('subnetEpochIndex', netuid)
  while (at.query('subnetEpochIndex', netuid) === before) at.chain.block()
}
const staked = (uri: string, of: number): bigint =>
  stakeOf(at.chain.storage, { hotkey: at.account('//V'), coldkey: at.account(uri), netuid: of })
const owed = (uri: string): bigint => owedToRoot(at.chain.storage, netuid, { hotkey: at.account('//V'), coldkey: at.account(uri) }).alpha

describe('root dividends', () => {
  it('are what root stake can claim, in proportion', () => {
    const dividends = at.number('rootAlphaDividendsPerSubnet', netuid, at.account('//V'))
    expect(dividends).toBeGreaterThan(0n)
    expect(Number(owed('//Bob')) / Number(owed('//Charlie'))).toBeCloseTo(3, 4)
    // Two epochs have given some.
    expect(owed('//Bob') + owed('//Charlie')).toBeGreaterThanOrEqual(dividends - 2n)
    expect((at.query('rootProp', netuid) as { bits: unknown }).bits).not.toBe(0)
  })

  it('of the past are not for stake that comes later, and not lost by stake that stays', () => {
    const before = owed('//Charlie')
    at.ok('//Charlie', 'addStake', at.account('//V'), 0, 1000n * TAO)
    at.ok('//Dave', 'addStake', at.account('//V'), 0, 1000n * TAO)
    expect(owed('//Dave')).toBeLessThanOrEqual(1n)
    const gain = owed('//Charlie') - before
    expect(gain).toBeLessThanOrEqual(1n)
    expect(gain).toBeGreaterThanOrEqual(-1n)
    at.ok('//Charlie', 'removeStake', at.account('//V'), 0, 500n * TAO)
    expect(owed('//Charlie')).toBeGreaterThanOrEqual(before - 2n)
  })

  it('are recycled while the prices of all subnets add up to no more than 1', () => {
    pools.SubnetMovingPrice.set(at.chain.storage, netuid, { bits: 1n << 31n })
    const recycled = big(at.chain.query('alphaAssets', 'alphaRecycled', netuid))
    at.chain.block()
    expect(big(at.chain.query('alphaAssets', 'alphaRecycled', netuid))).toBeGreaterThan(recycled)
  })

  it('that are more than the root stake go to the owner of the hotkey', () => {
    const { storage } = at.chain
    stake.RootClaimable.remove(storage, at.account('//V'))
    for (const uri of ['//Bob', '//Charlie'])
      at.ok(uri, 'removeStake', at.account('//V'), 0, staked(uri, 0) - (uri === '//Bob' ? 4_000_000n : 0n))
    const before = staked('//Bob', netuid)
    pools.PendingRootAlphaDivs.set(storage, netuid, TAO)
    epoch()
    expect(staked('//Bob', netuid)).toBeGreaterThan(before + TAO - 10n)
    expect(owed('//Bob')).toBe(0n)
  })
})

describe('claim_root', () => {
  const claim = (uri: string, ...of: number[]): string => at.call(uri, 'claimRoot', of)

  it('sells the alpha and stakes the TAO on root', () => {
    const alpha = owed('//Bob')
    const before = {
      root: staked('//Bob', 0),
      tao: at.number('subnetTAO', 0),
      pool: at.number('subnetTAO', netuid),
      total: at.number('totalStake'),
    }
    expect(claim('//Bob', netuid)).toBe('ok')
    const gained = staked('//Bob', 0) - before.root
    expect(gained).toBeGreaterThan(0n)
    expect(at.number('subnetTAO', 0) - before.tao).toBe(gained)
    expect(before.pool - at.number('subnetTAO', netuid)).toBe(gained)
    expect(at.number('totalStake')).toBe(before.total)
    expect(at.number('subnetRootSellTao', netuid)).toBe(gained)
    expect(at.number('rootClaimed', netuid, at.account('//V'), at.account('//Bob'))).toBeGreaterThanOrEqual(alpha)
    expect(owed('//Bob')).toBeLessThanOrEqual(1n)
  })

  it('keeps the alpha where its owner wants that', () => {
    at.ok('//Charlie', 'setRootClaimType', 'Keep')
    const alpha = owed('//Charlie')
    expect(claim('//Charlie', netuid)).toBe('ok')
    // To a rao: it is a share now.
    expect(alpha - staked('//Charlie', netuid)).toBeLessThanOrEqual(1n)
    at.ok('//Bob', 'setRootClaimType', { KeepSubnets: { subnets: [netuid] } })
    const before = staked('//Bob', netuid)
    const more = owed('//Bob')
    expect(claim('//Bob', netuid)).toBe('ok')
    expect(staked('//Bob', netuid) - before).toBeGreaterThanOrEqual(more - 1n)
  })

  it('does nothing on other subnets, and below the threshold', () => {
    const alpha = owed('//Bob')
    expect(claim('//Bob', 1)).toBe('ok')
    expect(owed('//Bob')).toBe(alpha)
    rootClaims.RootClaimableThreshold.set(at.chain.storage, netuid, { bits: (alpha + 1n) << 32n })
    expect(claim('//Bob', netuid)).toBe('ok')
    expect(owed('//Bob')).toBe(alpha)
  })

  it('is checked in the order of the chain', () => {
    expect(claim('//Bob')).toBe(failure('InvalidSubnetNumber'))
    expect(claim('//Bob', 1, 2, 3, 4, 5, 6)).toBe(failure('InvalidSubnetNumber'))
    expect(at.call('//Bob', 'setRootClaimType', { KeepSubnets: { subnets: [] } })).toBe(failure('InvalidSubnetNumber'))
  })

  it('is made for some stakers in every block', () => {
    at.root('subtensorModule', 'sudoSetNumRootClaims', 5)
    at.chain.blocks(3)
    expect(owed('//Bob')).toBeLessThanOrEqual(1n)
    expect(owed('//Charlie')).toBeLessThanOrEqual(1n)
    expect(at.asRoot('subtensorModule', 'sudoSetNumRootClaims', 51)).toMatchObject({ err: { module: { index: 7 } } })
    expect(at.call('//Bob', 'sudoSetNumRootClaims', 5)).toBe('{"badOrigin":null}')
  })

  it('has a threshold that the owner of a subnet sets', () => {
    const set = (uri: string, value: number): string => at.call(uri, 'sudoSetRootClaimThreshold', netuid, value)
    expect(set('//Bob', 5)).toBe('{"badOrigin":null}')
    expect(set('//Alice', 10_000_001)).toBe(failure('InvalidRootClaimThreshold'))
    expect(set('//Alice', 5)).toBe('ok')
    expect(rootClaims.RootClaimableThreshold.get(at.chain.storage, netuid).bits).toBe(5n << 32n)
  })

  it('picks by the hash of a block', () => {
    const hash = new Uint8Array(32)
    hash[7] = 3
    hash[15] = 4
    // Starts at 3, then adds 3, 4, 0, 0, 3: modulo 10.
    expect(pickByHash(hash, 5n, 10n)).toEqual([0n, 3n, 6n])
    expect(pickByHash(hash, 5n, 0n)).toEqual([0n])
    expect(pickByHash(new Uint8Array(32).fill(255), 2n, 7n).length).toBeGreaterThan(0)
  })
})

describe('TAO emission with stake on root', () => {
  it('goes into the pool beside alpha, the weights move, and the price stays', () => {
    const { storage } = at.chain
    subnets.SubnetEmissionEnabled.set(storage, netuid, true)
    const before = { tao: at.number('subnetTAO', netuid), alpha: at.number('subnetAlphaIn', netuid) }
    at.chain.block()
    const injected = at.number('subnetTaoInEmission', netuid)
    const bought = at.number('subnetExcessTao', netuid)
    expect(injected).toBeGreaterThan(0n)
    expect(at.number('subnetAlphaInEmission', netuid)).toBeGreaterThan(0n)
    expect(injected + bought).toBeGreaterThan(999_999_990n)
    expect(at.number('subnetTAO', netuid) - before.tao).toBe(injected + bought)
    const quote = big((at.chain.query('swap', 'swapBalancer', netuid) as { quote: unknown }).quote)
    expect(quote).not.toBe(500_000_000_000_000_000n)
    at.ok('//Bob', 'addStake', at.account('//V'), netuid, TAO)
    at.ok('//Bob', 'removeStake', at.account('//V'), netuid, TAO)
  })
})
