import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { big, failure, StakeChain, TAO } from '../../../../../test/runtime/stake-chain.js'
import { stakeOf } from '../stake-pool.js'
import { subnets } from '../storage/subnets.js'

let at: StakeChain
beforeAll(async () => {
  at = await StakeChain.create({ subnets: 2 })
  at.ok('//Bob', 'burnedRegister', 2, at.account('//V'))
  at.ok('//Bob', 'addStake', at.account('//V'), 2, 100n * TAO)
  at.save()
}, 60_000)
beforeEach(() => at.restore())

const staked = (hotkey: string, netuid: number, coldkey = '//Bob'): bigint =>
  stakeOf(at.chain.storage, { hotkey: at.account(hotkey), coldkey: at.account(coldkey), netuid })

describe('move_stake', () => {
  const move = (alpha: bigint, { from = '//V', to = '//Owner2', origin = 2, destination = 2 } = {}): string =>
    at.call('//Bob', 'moveStake', at.account(from), at.account(to), origin, destination, alpha)

  it('moves alpha within a subnet without a swap', () => {
    const pool = () => [at.number('subnetTAO', 2), at.number('subnetAlphaIn', 2)]
    const before = { stake: staked('//V', 2), pool: pool() }
    const [, , , , , tao] = at.event<unknown[]>(
      'StakeMoved',
      '//Bob',
      'moveStake',
      at.account('//V'),
      at.account('//Owner2'),
      2,
      2,
      10n * TAO,
    )
    expect(staked('//V', 2)).toBe(before.stake - 10n * TAO)
    expect(staked('//Owner2', 2)).toBe(10n * TAO)
    expect(pool()).toEqual(before.pool)
    // At the price of the moment.
    expect(Number(tao) / 1e10).toBeCloseTo(Number(before.pool[0]) / Number(before.pool[1]), 6)
  })

  it('to another subnet sells and buys, for one fee', () => {
    const outcome = at.submit('//Bob', 'moveStake', at.account('//V'), at.account('//Owner3'), 2, 3, 10n * TAO)
    expect(outcome.result).toBe('ok')
    const data = (name: string) => outcome.events.find((event) => event.name === `subtensorModule.${name}`)?.data as unknown[]
    expect(big(data('StakeRemoved')[5])).toBe(5_035_477n)
    expect(big(data('StakeAdded')[5])).toBe(0n)
    expect(staked('//Owner3', 3)).toBe(big(data('StakeAdded')[3]))
  })

  it('takes the fee where TAO comes from root at the other end', () => {
    at.ok('//Bob', 'addStake', at.account('//V'), 0, 10n * TAO)
    const outcome = at.submit('//Bob', 'moveStake', at.account('//V'), at.account('//V'), 0, 3, 10n * TAO)
    expect(outcome.result).toBe('ok')
    const data = (name: string) => outcome.events.find((event) => event.name === `subtensorModule.${name}`)?.data as unknown[]
    expect(data('StakeRemoved')[5]).toBe(0)
    expect(big(data('StakeAdded')[5])).toBe(5_035_477n)
  })

  it('is checked in the order of the chain', () => {
    expect(move(TAO, { to: '//V' })).toBe(failure('SameNetuid'))
    expect(move(TAO, { destination: 9 })).toBe(failure('SubnetNotExists'))
    expect(move(TAO, { destination: 1 })).toBe(failure('SubtokenDisabled'))
    expect(move(TAO, { from: '//Nobody' })).toBe(failure('HotKeyAccountNotExists'))
    expect(move(TAO, { to: '//Nobody' })).toBe(failure('HotKeyAccountNotExists'))
    expect(move(TAO, { from: '//Owner2', to: '//V' })).toBe(failure('AmountTooLow'))
    expect(move(1_000_000n)).toBe(failure('AmountTooLow'))
    expect(move(1_000_000n, { destination: 3 })).toBe(failure('AmountTooLow'))
  })
})

describe('transfer_stake', () => {
  const transfer = (alpha: bigint, destination = 2): string =>
    at.call('//Bob', 'transferStake', at.account('//Charlie'), at.account('//V'), 2, destination, alpha)

  it('gives stake to another coldkey', () => {
    expect(transfer(10n * TAO)).toBe('ok')
    expect(staked('//V', 2, '//Charlie')).toBe(10n * TAO)
    expect(at.query('stakingHotkeys', at.account('//Charlie'))).toHaveLength(1)
    const before = at.free(at.account('//Charlie'))
    expect(transfer(10n * TAO, 3)).toBe('ok')
    expect(staked('//V', 3, '//Charlie')).toBeGreaterThan(9n * TAO)
    expect(at.free(at.account('//Charlie'))).toBe(before)
  })

  it('of root stake takes the claims along', () => {
    at.ok('//Bob', 'addStake', at.account('//V'), 0, 10n * TAO)
    at.ok('//Bob', 'transferStake', at.account('//Charlie'), at.account('//V'), 0, 0, 4n * TAO)
    expect([staked('//V', 0), staked('//V', 0, '//Charlie')]).toEqual([6n * TAO, 4n * TAO])
    expect(at.number('numStakingColdkeys')).toBe(2n)
  })

  it('is refused where an owner has switched it off', () => {
    subnets.TransferToggle.set(at.chain.storage, 3, false)
    expect(transfer(10n * TAO, 3)).toBe(failure('TransferDisallowed'))
    expect(transfer(10n * TAO)).toBe('ok')
  })
})

describe('swap_stake', () => {
  it('moves stake to the same hotkey of another subnet', () => {
    const swapped = at.event<unknown[]>('StakeSwapped', '//Bob', 'swapStake', at.account('//V'), 2, 3, 10n * TAO)
    expect(swapped.slice(2, 4)).toEqual([2, 3])
    expect(staked('//V', 3)).toBeGreaterThan(9n * TAO)
    expect(at.call('//Bob', 'swapStake', at.account('//V'), 2, 2, TAO)).toBe(failure('SameNetuid'))
  })
})

describe('swap_stake_limit', () => {
  const swap = (alpha: bigint, price: bigint, partial: boolean, origin = 2, destination = 3): string =>
    at.call('//Bob', 'swapStakeLimit', at.account('//V'), origin, destination, alpha, price, partial)

  it('moves as much as the ratio of the prices allows', () => {
    const before = staked('//V', 2)
    expect(swap(before, (11n * TAO) / 10n, false)).toBe(failure('SlippageTooHigh'))
    expect(swap(before, (11n * TAO) / 10n, true)).toBe('ok')
    expect(staked('//V', 2)).toBeGreaterThan(0n)
    expect(staked('//V', 3)).toBeGreaterThan(0n)
    expect(swap(TAO, 0n, false)).toBe('ok')
    // Past the limit already: a part is then nothing.
    const left = staked('//V', 2)
    expect(swap(TAO, 5n * TAO, true)).toBe('ok')
    expect(staked('//V', 2)).toBe(left)
  })

  it('to root is unstaking with a limit, from root staking with one', () => {
    expect(swap(10n * TAO, TAO / 2n, false, 2, 0)).toBe('ok')
    expect(swap(TAO, 9n * TAO, true, 2, 0)).toBe('swap.PriceLimitExceeded')
    expect(swap(5n * TAO, TAO / 2n, false, 0, 3)).toBe('ok')
    // One TAO for ten alpha is not to be had.
    expect(swap(TAO, 10n * TAO, true, 0, 3)).toBe('swap.PriceLimitExceeded')
    expect(swap(TAO, 0n, true, 0, 3)).toBe('ok')
  })
})
