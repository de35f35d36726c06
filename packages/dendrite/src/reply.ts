import type { Ss58Address, TensorKitError, Uid } from '@tensorkit/core'

/** How long a call took, in ms by this machine's own clock, which never goes back; a peer's word is in none of it. */
export interface ReplyTimings {
  /** Waiting for a free place among the calls in flight; in a round, its turn as well. */
  readonly queueMs: number
  /** From the place to the request's first byte out: connection and session, where they were not there yet. */
  readonly connectMs: number
  /** From there to the first byte of the answer; absent if none came. */
  readonly firstByteMs: number | undefined
  /** From the place to the reply decoded. In a round it is what `timeoutMs` counts; for a single call and a stream that counts `totalMs`. */
  readonly callMs: number
  /** All of it: `queueMs` and `callMs`. */
  readonly totalMs: number
}

/** A reply that came and fits the protocol. */
export interface GoodReply<Value> {
  readonly ok: true
  readonly hotkey: Ss58Address
  readonly uid: Uid | undefined
  readonly value: Value
  readonly timings: ReplyTimings
  /** The axon's signed receipt, checked: only where the dendrite asks for them. `verifyReceipt` reads it. */
  readonly receipt?: Uint8Array
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
