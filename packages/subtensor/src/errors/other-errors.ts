import type { ChainErrorEntry } from './subtensor-errors.js'

/** Errors of other pallets and of the runtime itself that the calls of this package can meet: `Pallet.Name`. */
export const otherErrors: Readonly<Record<string, ChainErrorEntry>> = {
  'AdminUtils.SubnetDoesNotExist': { code: 'CHAIN_NOT_FOUND', remedy: 'Check the netuid: the subnet does not exist on this chain.' },
  'AdminUtils.MaxValidatorsLargerThanMaxUIds': { code: 'CHAIN_INVALID_VALUE', remedy: 'Allow at most as many validators as uids.' },
  'AdminUtils.MaxAllowedUIdsLessThanCurrentUIds': { code: 'CHAIN_INVALID_VALUE', remedy: 'Allow at least as many uids as the subnet has.' },
  'AdminUtils.ValueNotInBounds': { code: 'CHAIN_INVALID_VALUE', remedy: 'Give a value within the limits of the chain.' },
  'AdminUtils.InvalidValue': { code: 'CHAIN_INVALID_VALUE', remedy: 'Give a value within the limits of the chain.' },
  'AdminUtils.NotPermittedOnRootSubnet': { code: 'CHAIN_DISABLED', remedy: 'Name a subnet; the root network does not take this.' },
  'AdminUtils.Deprecated': { code: 'CHAIN_DISABLED', remedy: 'The chain does not take this call any more; use its successor.' },
  'Balances.InsufficientBalance': { code: 'CHAIN_INSUFFICIENT_BALANCE', remedy: 'Fund the account: it must hold the amount and the fee.' },
  'Balances.ExistentialDeposit': {
    code: 'CHAIN_INVALID_VALUE',
    remedy: 'Send at least the existential deposit (500 rao) to a new account.',
  },
  'Balances.Expendability': {
    code: 'CHAIN_INSUFFICIENT_BALANCE',
    remedy: 'Leave at least the existential deposit (500 rao) on the account.',
  },
  'Balances.LiquidityRestrictions': { code: 'CHAIN_INSUFFICIENT_BALANCE', remedy: 'Part of the balance is locked; send less.' },
  'Commitments.AccountNotAllowedCommit': { code: 'CHAIN_NOT_REGISTERED', remedy: 'Register the hotkey on this subnet first.' },
  'Commitments.SpaceLimitExceeded': { code: 'CHAIN_RATE_LIMITED', remedy: 'Wait for the next epoch, or commit fewer bytes.' },
  'Runtime.BadOrigin': {
    code: 'CHAIN_NOT_AUTHORIZED',
    remedy: 'Sign with the key that may make this call: the owner of the subnet, or the root key by sudo.',
  },
  'Runtime.CannotLookup': { code: 'CHAIN_NOT_FOUND', remedy: 'The chain does not know the account.' },
  'Sudo.RequireSudo': { code: 'CHAIN_NOT_AUTHORIZED', remedy: 'Sign with the root key of this chain (on a localnet //Alice).' },
  'Swap.InsufficientInputAmount': { code: 'CHAIN_INVALID_VALUE', remedy: 'Trade a larger amount.' },
  'Swap.InsufficientLiquidity': { code: 'CHAIN_INSUFFICIENT_LIQUIDITY', remedy: 'The pool is too small for this amount: trade less.' },
  'Swap.PriceLimitExceeded': {
    code: 'CHAIN_INSUFFICIENT_LIQUIDITY',
    remedy: 'The price would move past your limit: trade less or allow a worse price.',
  },
  'Swap.ReservesTooLow': { code: 'CHAIN_INSUFFICIENT_LIQUIDITY', remedy: 'The pool is too small for this amount: trade less.' },
  'Swap.SubtokenDisabled': { code: 'CHAIN_DISABLED', remedy: 'The subnet is not started: its owner calls startCall first.' },
  'Token.BelowMinimum': { code: 'CHAIN_INVALID_VALUE', remedy: 'Send at least the existential deposit (500 rao) to a new account.' },
  'Token.FundsUnavailable': { code: 'CHAIN_INSUFFICIENT_BALANCE', remedy: 'Fund the account: it must hold the amount and the fee.' },
  'Token.NotExpendable': { code: 'CHAIN_INSUFFICIENT_BALANCE', remedy: 'Leave at least the existential deposit (500 rao) on the account.' },
}
