import { pools } from '../../src/runtime/pallets/subtensor/storage/stake.js'
import { subnets } from '../../src/runtime/pallets/subtensor/storage/subnets.js'
import { type StakeChain, TAO } from '../runtime/stake-chain.js'
import type { Refusal } from './refusal.js'

/** What every call that buys alpha refuses; more comes after hotkey, netuid and amount. */
const buying = (call: string, ...rest: unknown[]): Refusal[] => {
  const row = (error: string, args: unknown[], by = '//Bob'): Refusal => ({ call, error, by, args: [...args, ...rest] })
  return [
    row('SubnetNotExists', ['//V', 9, TAO]),
    row('SubtokenDisabled', ['//V', 1, TAO]),
    row('AmountTooLow', ['//V', 2, 2_000_000n]),
    row('NotEnoughBalanceToStake', ['//V', 2, 3_000n * TAO], '//Eve'),
    row('HotKeyAccountNotExists', ['//New', 2, TAO]),
    row('InsufficientLiquidity', ['//V', 2, 1_200_000n * TAO]),
  ]
}

const withoutAlpha = ({ chain }: StakeChain): void => pools.SubnetAlphaIn.set(chain.storage, 3, 0n)

/** What every call that moves stake refuses. */
const moving = (call: string, argsOf: (move: { to: number; alpha: bigint; hotkey: string }) => unknown[]): Refusal[] => {
  const row = (error: string, { to = 3, alpha = TAO, hotkey = '//V' } = {}, given?: Refusal['given']): Refusal => ({
    call,
    error,
    by: '//Bob',
    args: argsOf({ to, alpha, hotkey }),
    ...(given && { given }),
  })
  return [
    row('SubnetNotExists', { to: 9 }),
    row('SubtokenDisabled', { to: 1 }),
    row('HotKeyAccountNotExists', { hotkey: '//New' }),
    row('AmountTooLow', { alpha: 1_000_000n }),
    // A pool without TAO buys nothing; one without alpha sells nothing, of which a part is nothing.
    row('InsufficientLiquidity', {}, ({ chain }) => pools.SubnetTAO.set(chain.storage, 2, 0n)),
    ...(call === 'swap_stake_limit' ? [] : [row('swap.ReservesTooLow', {}, withoutAlpha)]),
  ]
}

const limit = (call: string, error: string, ...args: unknown[]): Refusal => ({ call, error, by: '//Bob', args })

/** What both ways to destroy alpha refuse. */
const destroying = (call: string): Refusal[] => [
  limit(call, 'SubnetNotExists', '//V', TAO, 9),
  limit(call, 'CannotBurnOrRecycleOnRootSubnet', '//V', TAO, 0),
  limit(call, 'SubtokenDisabled', '//V', TAO, 1),
  limit(call, 'HotKeyAccountNotExists', '//New', TAO, 2),
  {
    ...limit(call, 'InsufficientLiquidity', '//V', 10n * TAO, 2),
    given: ({ chain }: StakeChain) => pools.SubnetAlphaOut.set(chain.storage, 2, TAO),
  },
]

export const stakeRefusals: readonly Refusal[] = [
  ...buying('add_stake'),
  ...buying('add_stake_limit', 2n ** 63n, true),
  limit('add_stake_limit', 'SlippageTooHigh', '//V', 2, 10_000n * TAO, 2n * TAO, false),
  limit('add_stake_limit', 'swap.PriceLimitExceeded', '//V', 2, TAO, TAO / 2n, true),
  ...buying('add_stake_burn', null),
  limit('add_stake_burn', 'SlippageTooHigh', '//V', 2, 10_000n * TAO, 2n * TAO),
  limit('add_stake_burn', 'CannotBurnOrRecycleOnRootSubnet', '//V', 0, TAO, null),
  limit('remove_stake', 'SubtokenDisabled', '//V', 1, TAO),
  limit('remove_stake', 'AmountTooLow', '//V', 2, 1_000_000n),
  limit('remove_stake_limit', 'SubnetNotExists', '//V', 9, TAO, 0, true),
  limit('remove_stake_limit', 'AmountTooLow', '//V', 2, 0, 0, true),
  limit('remove_stake_limit', 'NotEnoughStakeToWithdraw', '//V', 2, 500n * TAO, 0, true),
  limit('remove_stake_limit', 'InsufficientLiquidity', '//V', 2, 2n ** 63n, 0, true),
  limit('remove_stake_limit', 'SlippageTooHigh', '//V', 2, 50n * TAO, (6n * TAO) / 5n, false),
  limit('remove_stake_limit', 'swap.PriceLimitExceeded', '//V', 2, TAO, 9n * TAO, true),
  limit('remove_stake_full_limit', 'AmountTooLow', '//M', 2, null),
  limit('remove_stake_full_limit', 'swap.PriceLimitExceeded', '//V', 2, 9n * TAO),
  limit('unstake_all', 'HotKeyAccountNotExists', '//New'),
  limit('unstake_all_alpha', 'HotKeyAccountNotExists', '//New'),
  limit('unstake_all_alpha', 'AmountTooLow', '//M'),
  ...moving('move_stake', ({ to, alpha, hotkey }) => ['//V', hotkey === '//V' ? '//M' : hotkey, 2, to, alpha]),
  limit('move_stake', 'SameNetuid', '//V', '//V', 2, 2, TAO),
  ...moving('transfer_stake', ({ to, alpha, hotkey }) => ['//Charlie', hotkey, 2, to, alpha]),
  limit('transfer_stake', 'SameNetuid', '//Bob', '//V', 2, 2, TAO),
  {
    ...limit('transfer_stake', 'TransferDisallowed', '//Charlie', '//V', 2, 3, TAO),
    given: ({ chain }) => subnets.TransferToggle.set(chain.storage, 3, false),
  },
  ...moving('swap_stake', ({ to, alpha, hotkey }) => [hotkey, 2, to, alpha]),
  limit('swap_stake', 'SameNetuid', '//V', 2, 2, TAO),
  ...moving('swap_stake_limit', ({ to, alpha, hotkey }) => [hotkey, 2, to, alpha, 0, true]),
  limit('swap_stake_limit', 'SameNetuid', '//V', 2, 2, TAO, 0, true),
  limit('swap_stake_limit', 'SlippageTooHigh', '//V', 2, 3, 90n * TAO, (6n * TAO) / 5n, false),
  ...destroying('burn_alpha'),
  ...destroying('recycle_alpha'),
  limit('set_coldkey_auto_stake_hotkey', 'SubnetNotExists', 9, '//V'),
  limit('set_coldkey_auto_stake_hotkey', 'HotKeyNotRegisteredInSubNet', 2, '//New'),
  {
    ...limit('set_coldkey_auto_stake_hotkey', 'SameAutoStakeHotkeyAlreadySet', 2, '//V'),
    given: (at) => at.ok('//Bob', 'setColdkeyAutoStakeHotkey', 2, at.account('//V')),
  },
  limit('claim_root', 'InvalidSubnetNumber', []),
  limit('claim_root', 'InvalidSubnetNumber', [1, 2, 3, 4, 5, 6]),
  limit('set_root_claim_type', 'InvalidSubnetNumber', { KeepSubnets: { subnets: [] } }),
  { call: 'sudo_set_num_root_claims', error: 'InvalidNumRootClaim', args: [51] },
  limit('sudo_set_num_root_claims', 'BadOrigin', 5),
  { call: 'sudo_set_root_claim_threshold', error: 'InvalidRootClaimThreshold', args: [2, 10_000_001] },
  limit('sudo_set_root_claim_threshold', 'BadOrigin', 2, 5),
]
