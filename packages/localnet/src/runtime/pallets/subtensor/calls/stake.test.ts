import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { big, failure, StakeChain, TAO } from '../../../../../test/runtime/stake-chain.js'
import { stakeOf } from '../stake-pool.js'
import { stake } from '../storage/stake.js'

const netuid = 2
const subnetAccount = (of: number): string => `0x6d6f646c73756274656e7372${of.toString(16).padStart(2, '0')}00${'00'.repeat(18)}`

let at: StakeChain
beforeAll(async () => {
  at = (await StakeChain.create()).save()
}, 60_000)
beforeEach(() => at.restore())

const owner = (): string => at.account('//Owner2')
const staked = (uri = '//Bob', of = netuid, hotkey = owner()): bigint =>
  stakeOf(at.chain.storage, { hotkey, coldkey: at.account(uri), netuid: of })
const add = (tao: bigint, of = netuid): void => at.ok('//Bob', 'addStake', owner(), of, tao)

type Swapped = [coldkey: string, hotkey: string, tao: number, alpha: number, netuid: number, fee: number]

describe('add_stake_limit', () => {
  const limit = (amount: bigint, price: bigint, partial: boolean, hotkey = owner(), of = netuid): string =>
    at.call('//Bob', 'addStakeLimit', hotkey, of, amount, price, partial)

  it('stakes all below the price, and up to the price in part', () => {
    expect(limit(100n * TAO, 2n * TAO, false)).toBe('ok')
    expect(staked()).toBeGreaterThan(90n * TAO)
    const before = at.number('subnetTAO', netuid)
    const [, , paid] = at.event<Swapped>('StakeAdded', '//Bob', 'addStakeLimit', owner(), netuid, 10_000n * TAO, 2n * TAO, true)
    expect(big(paid)).toBeLessThan(10_000n * TAO)
    expect(at.number('subnetTAO', netuid)).toBeGreaterThan(before)
    // The pool is now at the price: TAO over alpha.
    expect(Number(at.number('subnetTAO', netuid)) / Number(at.number('subnetAlphaIn', netuid))).toBeCloseTo(2, 6)
  })

  it('is refused where the price would be passed', () => {
    expect(limit(10_000n * TAO, 2n * TAO, false)).toBe(failure('SlippageTooHigh'))
    expect(limit(TAO, TAO / 2n, true)).toBe('swap.PriceLimitExceeded')
    expect(limit(TAO, 2n * TAO, true, owner(), 9)).toBe(failure('SubnetNotExists'))
    expect(limit(TAO, 2n * TAO, true, at.account('//Nobody'))).toBe(failure('HotKeyAccountNotExists'))
    expect(limit(2_000_000n, 2n * TAO, true)).toBe(failure('AmountTooLow'))
    expect(limit(1_100_000n * TAO, 2n * TAO, true)).toBe(failure('InsufficientLiquidity'))
  })

  it('makes a delegate of a hotkey that another stakes on', () => {
    expect(stake.Delegates.has(at.chain.storage, owner())).toBe(false)
    expect(limit(TAO, 2n * TAO, false)).toBe('ok')
    expect(stake.Delegates.has(at.chain.storage, owner())).toBe(true)
  })

  it('has one price on root', () => {
    expect(limit(TAO, TAO - 1n, true, owner(), 0)).toBe(failure('AmountTooLow'))
    expect(limit(TAO, TAO - 1n, false, owner(), 0)).toBe(failure('SlippageTooHigh'))
    expect(limit(TAO, TAO, false, owner(), 0)).toBe('ok')
    expect(staked('//Bob', 0)).toBe(TAO)
  })
})

describe('remove_stake', () => {
  const remove = (alpha: bigint, hotkey = owner(), of = netuid): string => at.call('//Bob', 'removeStake', hotkey, of, alpha)

  it('sells alpha to the pool; the fee is burned as alpha', () => {
    add(100n * TAO)
    const before = {
      stake: staked(),
      free: at.free(at.account('//Bob')),
      tao: at.number('subnetTAO', netuid),
      pool: at.free(subnetAccount(netuid)),
    }
    const burned = big(at.chain.query('alphaAssets', 'alphaBurned', netuid))
    const { result, events } = at.submit('//Bob', 'removeStake', owner(), netuid, 10n * TAO)
    expect(result).toBe('ok')
    const data = events.find(({ name }) => name === 'subtensorModule.StakeRemoved')?.data as Swapped
    const [tao, alpha, fee] = [data[2], data[3], data[5]].map(BigInt)
    // 33 / 65535 of 10 alpha, rounded down.
    expect(fee).toBe(5_035_477n)
    expect((alpha ?? 0n) + (fee ?? 0n)).toBe(10n * TAO)
    expect(before.stake - staked()).toBe(10n * TAO)
    expect(before.tao - at.number('subnetTAO', netuid)).toBe(tao)
    expect(before.pool - at.free(subnetAccount(netuid))).toBe(tao)
    const paidFee = events.find(({ name }) => name === 'transactionPayment.TransactionFeePaid')?.data as [string, number]
    expect(at.free(at.account('//Bob')) - before.free).toBe((tao ?? 0n) - big(paidFee[1]))
    expect(big(at.chain.query('alphaAssets', 'alphaBurned', netuid)) - burned).toBe(fee)
  })

  it('takes what there is when more is asked for', () => {
    add(TAO)
    expect(remove(10n * TAO)).toBe('ok')
    expect(staked()).toBe(0n)
    expect(at.query('alphaV2', owner(), at.account('//Bob'), netuid)).toEqual({ mantissa: 0, exponent: 0 })
  })

  it('is checked in the order of the chain', () => {
    expect(remove(TAO, owner(), 1)).toBe(failure('SubtokenDisabled'))
    expect(remove(TAO, owner(), 9)).toBe(failure('SubtokenDisabled'))
    expect(remove(TAO)).toBe(failure('AmountTooLow'))
    add(TAO)
    expect(remove(1_000_000n)).toBe(failure('AmountTooLow'))
    expect(remove(staked())).toBe('ok')
  })

  it('clears what a nominator has left below the least', () => {
    add(10n * TAO)
    at.root('adminUtils', 'sudoSetNominatorMinRequiredStake', 5n * TAO)
    expect(staked()).toBeGreaterThan(5n * TAO)
    expect(remove(staked() - TAO)).toBe('ok')
    expect(staked()).toBe(0n)
    // Or all at once, when the least is raised.
    add(10n * TAO)
    at.root('adminUtils', 'sudoSetNominatorMinRequiredStake', 50n * TAO)
    expect(staked()).toBe(0n)
    // The owner of the hotkey is no nominator.
    at.ok('//Alice', 'addStake', owner(), netuid, 10n * TAO)
    const left = stakeOf(at.chain.storage, { hotkey: owner(), coldkey: at.account('//Alice'), netuid })
    at.ok('//Alice', 'removeStake', owner(), netuid, left - TAO)
    expect(stakeOf(at.chain.storage, { hotkey: owner(), coldkey: at.account('//Alice'), netuid })).toBeGreaterThanOrEqual(TAO)
  })
})

describe('remove_stake_limit', () => {
  const limit = (alpha: bigint, price: bigint, partial: boolean, of = netuid): string =>
    at.call('//Bob', 'removeStakeLimit', owner(), of, alpha, price, partial)

  it('sells in part down to the price', () => {
    add(500n * TAO)
    const before = staked()
    expect(limit(before, (6n * TAO) / 5n, false)).toBe(failure('SlippageTooHigh'))
    expect(limit(before, 3n * TAO, true)).toBe('swap.PriceLimitExceeded')
    expect(limit(before, (3n * TAO) / 2n, true)).toBe('ok')
    expect(staked()).toBeGreaterThan(0n)
    expect(staked()).toBeLessThan(before)
    expect(Number(at.number('subnetTAO', netuid)) / Number(at.number('subnetAlphaIn', netuid))).toBeCloseTo(1.5, 6)
    expect(limit(staked(), 1n, false)).toBe('ok')
    expect(staked()).toBe(0n)
  })

  it('does not take more than there is', () => {
    add(TAO)
    expect(limit(staked() + 1n, 1n, true)).toBe(failure('NotEnoughStakeToWithdraw'))
    expect(limit(0n, 1n, true)).toBe(failure('AmountTooLow'))
    expect(limit(2n ** 63n, 1n, true)).toBe(failure('InsufficientLiquidity'))
    expect(limit(TAO, 1n, true, 9)).toBe(failure('SubnetNotExists'))
  })

  it('has one price on root', () => {
    add(TAO, 0)
    expect(limit(TAO, TAO + 1n, false, 0)).toBe(failure('SlippageTooHigh'))
    expect(limit(TAO, TAO, false, 0)).toBe('ok')
  })
})

describe('remove_stake_full_limit', () => {
  it('sells all, at any price or not below a limit', () => {
    add(10n * TAO)
    expect(at.call('//Bob', 'removeStakeFullLimit', owner(), netuid, 2n * TAO)).toBe('swap.PriceLimitExceeded')
    expect(at.call('//Bob', 'removeStakeFullLimit', owner(), netuid, TAO / 2n)).toBe('ok')
    expect(staked()).toBe(0n)
    add(10n * TAO)
    expect(at.call('//Bob', 'removeStakeFullLimit', owner(), netuid, null)).toBe('ok')
    expect(staked()).toBe(0n)
    expect(at.call('//Bob', 'removeStakeFullLimit', owner(), netuid, null)).toBe(failure('AmountTooLow'))
  })
})

describe('unstake_all', () => {
  it('takes what is on every subnet and on root', () => {
    add(10n * TAO)
    add(5n * TAO, 0)
    const before = at.free(at.account('//Bob'))
    expect(at.call('//Bob', 'unstakeAll', owner())).toBe('ok')
    expect([staked(), staked('//Bob', 0)]).toEqual([0n, 0n])
    expect(at.free(at.account('//Bob')) - before).toBeGreaterThan(14n * TAO)
    expect(at.call('//Bob', 'unstakeAll', at.account('//Nobody'))).toBe(failure('HotKeyAccountNotExists'))
    expect(at.call('//Bob', 'unstakeAll', owner())).toBe('ok')
  })
})

describe('unstake_all_alpha', () => {
  it('puts what is on every subnet on root', () => {
    add(10n * TAO)
    add(5n * TAO, 0)
    expect(at.call('//Bob', 'unstakeAllAlpha', owner())).toBe('ok')
    expect(staked()).toBe(0n)
    expect(staked('//Bob', 0)).toBeGreaterThan(14n * TAO)
    expect(at.call('//Bob', 'unstakeAllAlpha', owner())).toBe(failure('AmountTooLow'))
    expect(at.call('//Bob', 'unstakeAllAlpha', at.account('//Nobody'))).toBe(failure('HotKeyAccountNotExists'))
  })
})

describe('stake on root', () => {
  it('is one TAO for one TAO, without a fee', () => {
    const total = at.number('totalStake')
    const [, , paid, alpha, , fee] = at.event<Swapped>('StakeAdded', '//Bob', 'addStake', owner(), 0, 7n * TAO)
    expect([paid, alpha, fee]).toEqual([7e9, 7e9, 0])
    expect(at.number('subnetTAO', 0)).toBe(7n * TAO)
    expect(at.number('subnetAlphaOut', 0)).toBe(7n * TAO)
    expect(at.free(subnetAccount(0))).toBe(7n * TAO)
    expect(at.number('totalStake') - total).toBe(7n * TAO)
    expect(at.query('stakingColdkeys', at.account('//Bob'))).toBe(0)
    at.ok('//Bob', 'removeStake', owner(), 0, 7n * TAO)
    expect(at.number('subnetTAO', 0)).toBe(0n)
    expect(at.query('stakingColdkeys', at.account('//Bob'))).toBeNull()
    expect(at.number('numStakingColdkeys')).toBe(0n)
  })

  it('numbers the coldkeys, and closes the gaps', () => {
    for (const uri of ['//Bob', '//Charlie', '//Dave']) at.ok(uri, 'addStake', owner(), 0, TAO)
    at.ok('//Bob', 'removeStake', owner(), 0, TAO)
    expect(at.number('numStakingColdkeys')).toBe(2n)
    expect(at.query('stakingColdkeys', at.account('//Dave'))).toBe(0)
    expect(at.query('stakingColdkeysByIndex', 1)).toBe(at.chain.keyring.encodeAddress(at.account('//Charlie')))
  })
})

describe('burn_alpha and recycle_alpha', () => {
  it.each(['burnAlpha', 'recycleAlpha'])('%s is checked in the order of the chain', (method) => {
    const take = (alpha: bigint, of = netuid, hotkey = owner()): string => at.call('//Bob', method, hotkey, alpha, of)
    expect(take(TAO, 9)).toBe(failure('SubnetNotExists'))
    expect(take(TAO, 0)).toBe(failure('CannotBurnOrRecycleOnRootSubnet'))
    expect(take(TAO, 1)).toBe(failure('SubtokenDisabled'))
    expect(take(TAO, netuid, at.account('//Nobody'))).toBe(failure('HotKeyAccountNotExists'))
    add(10n * TAO)
    const before = staked()
    expect(take(TAO)).toBe('ok')
    expect(before - staked()).toBe(TAO)
    expect(take(100n * TAO)).toBe('ok')
    expect(staked()).toBe(0n)
  })

  it('burned alpha stays issued, recycled alpha does not', () => {
    add(10n * TAO)
    const issued = () => ({
      out: at.number('subnetAlphaOut', netuid),
      total: big(at.chain.query('alphaAssets', 'totalAlphaIssuance', netuid)),
    })
    const start = issued()
    // Every block makes an alpha.
    at.ok('//Bob', 'burnAlpha', owner(), 3n * TAO, netuid)
    expect(issued()).toEqual({ out: start.out + TAO, total: start.total + TAO })
    const recycled = at.event<unknown[]>('AlphaRecycled', '//Bob', 'recycleAlpha', owner(), 3n * TAO, netuid)
    expect(recycled.slice(2)).toEqual([3e9, netuid])
    expect(issued()).toEqual({ out: start.out + 2n * TAO - 3n * TAO, total: start.total + 2n * TAO - 3n * TAO })
  })
})

describe('add_stake_burn', () => {
  it('buys alpha and burns it', () => {
    add(TAO)
    const before = { stake: staked(), burned: big(at.chain.query('alphaAssets', 'alphaBurned', netuid)) }
    const bought = at.event<{ alpha: number }>('AddStakeBurn', '//Bob', 'addStakeBurn', owner(), netuid, 10n * TAO, null)
    const alpha = big(Object.values(bought).at(-1))
    expect(alpha).toBeGreaterThan(9n * TAO)
    expect(staked() - before.stake).toBeLessThanOrEqual(1n)
    expect(big(at.chain.query('alphaAssets', 'alphaBurned', netuid)) - before.burned).toBe(alpha)
  })

  it('keeps the price, and undoes the purchase where it cannot burn', () => {
    expect(at.call('//Bob', 'addStakeBurn', owner(), netuid, 10_000n * TAO, 2n * TAO)).toBe(failure('SlippageTooHigh'))
    expect(at.call('//Bob', 'addStakeBurn', owner(), netuid, TAO, 2n * TAO)).toBe('ok')
    expect(at.call('//Bob', 'addStakeBurn', owner(), 0, TAO, null)).toBe(failure('CannotBurnOrRecycleOnRootSubnet'))
    expect(staked('//Bob', 0)).toBe(0n)
  })
})
