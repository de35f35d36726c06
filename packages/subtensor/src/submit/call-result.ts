import type { TensorKitError } from '@tensorkit/core'
import type { ChainEvent, WaitOptions } from '../backend/chain-backend.js'

/** How far a call is waited for: taken by the pool, in a block, in a finalised block. */
export type WaitFor = 'pool' | 'inclusion' | 'finality'

/** What every call of the chain takes besides its arguments. */
export interface CallOptions<W extends WaitFor = 'inclusion'> extends WaitOptions {
  /**
   * How far to wait.
   *
   * @defaultValue `'inclusion'`: only then is it known whether the call succeeded.
   */
  readonly waitFor?: W | undefined
  /**
   * For how many blocks the transaction is valid: a power of two from 4 to 65536.
   *
   * @defaultValue 64, some 13 minutes on mainnet: a lost call is known as lost soon, a slow signer still makes it
   */
  readonly periodBlocks?: number | undefined
  /**
   * How long to wait in all, in ms, block production included.
   *
   * @defaultValue 120000: ten blocks of mainnet
   */
  readonly timeoutMs?: number | undefined
}

/** A call that did not succeed. */
export interface FailedCall {
  readonly ok: false
  /** The code tells the kind; {@link chainErrorName} gives the chain's own name of it; `remedy` says what to do. */
  readonly error: TensorKitError
  /** The transaction's hash, if it was sent. */
  readonly hash?: string
}

/** A call that the pool took: it may still fail. */
export interface PooledCall {
  readonly ok: true
  readonly status: 'pooled'
  /** The transaction's hash, with 0x. */
  readonly hash: string
  /** Settles when the call is in a block, is lost, or the time is up. Never rejects. */
  readonly inclusion: Promise<CallResult<'inclusion'>>
}

/** A call that succeeded in a block. */
export interface IncludedCall {
  readonly ok: true
  readonly status: 'included' | 'finalized'
  /** The transaction's hash, with 0x. */
  readonly hash: string
  /** The block's number. */
  readonly block: number
  /** The block's hash, with 0x. */
  readonly blockHash: string
  /** The events of this call, in order. */
  readonly events: readonly ChainEvent[]
}

/** What became of a call: a value, never an exception, for whatever chain and network may do. */
export type CallResult<W extends WaitFor = 'inclusion'> = (W extends 'pool' ? PooledCall : IncludedCall) | FailedCall
