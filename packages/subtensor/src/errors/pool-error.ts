import { type ErrorCode, TensorKitError } from '@tensorkit/core'
import type { RpcError } from '../backend/rpc-error.js'

type Entry = readonly [name: string, code: ErrorCode, remedy: string]

/**
 * `InvalidTransaction::Custom(n)` of subtensor's transaction extension.
 *
 * Source: subtensor `common/src/transaction_error.rs` (CustomTransactionError), spec 424.
 */
export const customPoolErrors: Readonly<Record<number, Entry>> = {
  0: [
    'ColdkeyInSwapSchedule',
    'CHAIN_NOT_AUTHORIZED',
    'A coldkey swap is announced for this account: until it ends, the account may do little else.',
  ],
  1: [
    'StakeAmountTooLow',
    'CHAIN_INSUFFICIENT_STAKE',
    'Stake more: weights need the stake threshold of the chain, staking a minimum amount.',
  ],
  2: ['BalanceTooLow', 'CHAIN_INSUFFICIENT_BALANCE', 'Fund the coldkey.'],
  3: ['SubnetNotExists', 'CHAIN_NOT_FOUND', 'Check the netuid: the subnet does not exist on this chain.'],
  4: ['HotkeyAccountDoesntExist', 'CHAIN_NOT_FOUND', 'Register the hotkey on a subnet first; that creates its account.'],
  5: ['NotEnoughStakeToWithdraw', 'CHAIN_INSUFFICIENT_STAKE', 'Withdraw at most what is staked.'],
  6: [
    'RateLimitExceeded',
    'CHAIN_RATE_LIMITED',
    'Wait: too few blocks have passed since the last call of this kind (for weights: weightsSetRateLimit).',
  ],
  7: ['InsufficientLiquidity', 'CHAIN_INSUFFICIENT_LIQUIDITY', 'The pool is too small for this amount: trade less.'],
  8: ['SlippageTooHigh', 'CHAIN_INSUFFICIENT_LIQUIDITY', 'The price would move past your limit: trade less or allow a worse price.'],
  9: ['TransferDisallowed', 'CHAIN_NOT_AUTHORIZED', 'The owner of the subnet has switched transfers of stake off.'],
  10: [
    'HotKeyNotRegisteredInNetwork',
    'CHAIN_NOT_REGISTERED',
    'Register the hotkey on this subnet (burnedRegister), or correct the netuid.',
  ],
  11: ['InvalidIpAddress', 'CHAIN_INVALID_VALUE', 'Give a public address: the chain refuses loopback addresses and those of all ones.'],
  12: ['ServingRateLimitExceeded', 'CHAIN_RATE_LIMITED', 'Wait until servingRateLimit blocks have passed since the hotkey last served.'],
  13: ['InvalidPort', 'CHAIN_INVALID_VALUE', 'Give a port from 1 to 65535.'],
  14: ['ZeroMaxAmount', 'CHAIN_INVALID_VALUE', 'The limit leaves nothing to trade: allow a worse price.'],
  15: ['InvalidRevealRound', 'CHAIN_COMMIT_REVEAL', 'Name a drand round that is not past.'],
  16: ['CommitNotFound', 'CHAIN_COMMIT_REVEAL', 'Reveal exactly what was committed, with the same hotkey and netuid.'],
  17: ['CommitBlockNotInRevealRange', 'CHAIN_COMMIT_REVEAL', 'Reveal in the epoch that follows the commit by the reveal period.'],
  18: ['InputLengthsUnequal', 'CHAIN_INVALID_VALUE', 'Give lists of the same length.'],
  19: ['UidNotFound', 'CHAIN_NOT_REGISTERED', 'Register the hotkey on this subnet (burnedRegister), or correct the netuid.'],
  20: ['EvmKeyAssociateRateLimitExceeded', 'CHAIN_RATE_LIMITED', 'Wait before associating an EVM key again.'],
  21: [
    'ColdkeySwapDisputed',
    'CHAIN_NOT_AUTHORIZED',
    'The coldkey swap of this account is disputed: until that ends, the account may do nothing.',
  ],
  22: ['InvalidRealAccount', 'CHAIN_NOT_AUTHORIZED', 'Name the account that the proxy was made for.'],
  23: ['FailedShieldedTxParsing', 'CHAIN_INVALID_VALUE', 'The shielded transaction does not parse.'],
  24: ['InvalidShieldedTxPubKeyHash', 'CHAIN_INVALID_VALUE', 'Shield with the key that the chain announces now.'],
  25: ['NonAssociatedColdKey', 'CHAIN_NOT_AUTHORIZED', 'Sign with the coldkey that owns the hotkey.'],
  26: ['DelegateTakeTooLow', 'CHAIN_INVALID_VALUE', 'Give a take of at least the minimum of the chain.'],
  27: ['DelegateTakeTooHigh', 'CHAIN_INVALID_VALUE', 'Give a take of at most the maximum of the chain.'],
  255: ['BadRequest', 'CHAIN_POOL_REJECTED', 'The chain refuses the arguments of the call: check each of them.'],
}

/** What a node says for the standard reasons, by a part of the text. Source: sp-runtime `InvalidTransaction::into::<&str>`. */
const standardPoolErrors: readonly (readonly [text: string, ...Entry])[] = [
  ['pay some fees', 'Payment', 'CHAIN_INSUFFICIENT_BALANCE', 'Fund the account: it cannot pay the fee.'],
  ['outdated', 'Stale', 'CHAIN_TRANSACTION_LOST', 'The nonce was used already: send the call again.'],
  ['will be valid in the future', 'Future', 'CHAIN_POOL_REJECTED', 'The nonce is too high: send the call again.'],
  [
    'bad signature',
    'BadProof',
    'CHAIN_POOL_REJECTED',
    'The signature does not fit: check that key and scheme belong together, and connect again if the runtime was upgraded.',
  ],
  ['ancient birth block', 'AncientBirthBlock', 'CHAIN_TRANSACTION_LOST', 'The call took too long to be sent: send it again.'],
  ['exhaust the resources', 'ExhaustsResources', 'CHAIN_BUSY', 'The block is full: send the call again later.'],
  ['call is not expected', 'Call', 'CHAIN_NOT_AUTHORIZED', 'The chain does not take this call from this account.'],
  [
    'invalid signing address',
    'BadSigner',
    'CHAIN_NOT_AUTHORIZED',
    'Sign with the key that may make this call (for sudo: the root key of the chain).',
  ],
  ['priority is too low', 'TooLowPriority', 'CHAIN_BUSY', 'Another call with the same nonce waits in the pool: wait for it.'],
  ['already imported', 'AlreadyImported', 'CHAIN_ALREADY_DONE', 'The same transaction is in the pool already.'],
  ['temporarily banned', 'TemporarilyBanned', 'CHAIN_BUSY', 'The node refuses this very transaction for now: send a new one later.'],
  ['limit', 'ImmediatelyDropped', 'CHAIN_BUSY', 'The pool is full: send the call again later.'],
]

/** Turns a refusal by the transaction pool into a typed error. */
export function poolError(error: RpcError): TensorKitError {
  const text = `${error.message} ${error.data ?? ''}`
  const custom = /Custom error: (\d{1,3})\b/.exec(text)
  const entry = custom
    ? customPoolErrors[Number(custom[1])]
    : standardPoolErrors.find(([part]) => text.toLowerCase().includes(part))?.slice(1)
  const [name, code, remedy] = (entry as Entry | undefined) ?? [custom ? `Custom${custom[1]}` : 'Unknown', 'CHAIN_POOL_REJECTED', undefined]
  return new TensorKitError(code, `The transaction pool refused the call: ${name}`, {
    facts: { chainError: `Pool.${name}`, rpcCode: error.rpcCode },
    ...(remedy !== undefined && { remedy }),
    cause: error,
  })
}
