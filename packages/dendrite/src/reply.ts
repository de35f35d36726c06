import type { Ss58Address, TensorKitError, Uid } from '@tensorkit/core'

/** How long a call took, in ms by a clock that never goes back. */
export interface ReplyTimings {
  /** Waiting for a free place among the calls in flight. */
  readonly queueMs: number
  /** From the first byte out, connecting included, to the reply decoded. The timeout counts this. */
  readonly callMs: number
  /** Both. */
  readonly totalMs: number
}

/** A reply that came and fits the protocol. */
export interface GoodReply<Value> {
  readonly ok: true
  readonly hotkey: Ss58Address
  readonly uid: Uid | undefined
  readonly value: Value
  readonly timings: ReplyTimings
}

/** What came instead of a reply. */
export interface BadReply {
  readonly ok: false
  readonly hotkey: Ss58Address
  readonly uid: Uid | undefined
  readonly error: TensorKitError
  readonly timings: ReplyTimings
}

/** What one target answered. Anything that one miner can do wrong is a value, never an exception. */
export type Reply<Value> = GoodReply<Value> | BadReply
