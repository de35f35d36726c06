import type { InvalidTransaction } from '../runtime/runtime.js'

/** An extrinsic in the pool. */
export interface PoolTransaction {
  /** blake2b-256 of the extrinsic with its length prefix, in hex. */
  readonly hash: string
  readonly bytes: Uint8Array
  /** Who signed, in hex, as far as the pool can tell. */
  readonly sender: string | undefined
  readonly priority: bigint
  readonly requires: readonly string[]
  readonly provides: readonly string[]
  /** The last block before which it must be included. */
  readonly validTill: number
  /** Order of arrival. */
  readonly order: number
}

/**
 * What happens to a watched extrinsic, as `author_extrinsicUpdate` tells it. There are no peers, hence no `broadcast`, and no
 * forks, hence no `retracted`.
 *
 * Source: `sc_transaction_pool_api::TransactionStatus`.
 */
export type TransactionStatus =
  | 'future'
  | 'ready'
  | 'dropped'
  | 'invalid'
  | { readonly inBlock: string }
  | { readonly finalized: string }
  | { readonly usurped: string }

/** Whether nothing can follow a status. */
export function isFinalStatus(status: TransactionStatus): boolean {
  return status === 'dropped' || status === 'invalid' || (typeof status === 'object' && ('finalized' in status || 'usurped' in status))
}

/**
 * Why the pool does not take an extrinsic.
 *
 * Source: `sc_transaction_pool_api::error::Error`.
 */
export type PoolRefusal =
  | { readonly kind: 'Invalid'; readonly reason: InvalidTransaction }
  | { readonly kind: 'TemporarilyBanned' }
  | { readonly kind: 'AlreadyImported'; readonly hash: string }
  | { readonly kind: 'TooLowPriority'; readonly old: bigint; readonly new: bigint }
  | { readonly kind: 'ImmediatelyDropped' }
  | { readonly kind: 'NoTagsProvided' }
