import type { AxonEndpoint, ErrorCode, Ss58Address, TensorKitError, Uid } from '@tensorkit/core'

/** How one miner answered one call of a round. */
export interface ReplySummary {
  readonly hotkey: Ss58Address
  /** Undefined for a target from the configuration. */
  readonly uid: Uid | undefined
  readonly ok: boolean
  /** Why there is no reply; undefined if there is one. */
  readonly code: ErrorCode | undefined
  /** How long the call took, in ms. */
  readonly callMs: number
}

interface AtBlock {
  readonly block: number
}

interface Weighted {
  readonly uids: readonly Uid[]
  /** u16, the largest 65535. */
  readonly weights: readonly number[]
  /** The transaction's hash, with 0x. */
  readonly hash: string
}

/** What a neuron tells of itself while it runs. New kinds may be added: ignore those that you do not know. */
export type NeuronEvent =
  /** It is connected and registered. */
  | (AtBlock & {
      readonly type: 'started'
      readonly role: 'miner' | 'validator'
      readonly netuid: number
      readonly uid: Uid
      readonly hotkey: Ss58Address
    })
  /** It has read the subnet at a block. */
  | (AtBlock & { readonly type: 'synced' })
  /** An epoch has run. */
  | (AtBlock & { readonly type: 'epoch'; readonly epoch: number })
  /** A miner listens. */
  | ({ readonly type: 'listening' } & AxonEndpoint)
  /** The pool took the call that publishes where a miner serves: the next block can include it. */
  | (AtBlock & { readonly type: 'serve-submitted' } & AxonEndpoint)
  /** The chain tells everybody where the miner serves. */
  | (AtBlock & { readonly type: 'serving' } & AxonEndpoint)
  /** A validator does nothing at this block, and why. */
  | (AtBlock & { readonly type: 'waiting'; readonly reason: WaitReason; readonly blocksToNextEpoch: number | undefined })
  | (AtBlock & { readonly type: 'round-started'; readonly epoch: number; readonly miners: number })
  /** The round is done, weights submitted where they were due: nothing more happens at this block. */
  | (AtBlock & {
      readonly type: 'round-finished'
      readonly epoch: number
      readonly durationMs: number
      readonly replies: readonly ReplySummary[]
    })
  /** The round function threw or ran out of time; as `round-finished`, nothing more happens at this block. */
  | (AtBlock & { readonly type: 'round-failed'; readonly epoch: number; readonly durationMs: number; readonly error: TensorKitError })
  /** Hotkeys that left or were registered anew lost their scores. */
  | (AtBlock & { readonly type: 'scores-reset'; readonly hotkeys: readonly Ss58Address[] })
  /** The pool took the weights. */
  | (AtBlock & Weighted & { readonly type: 'weights-submitted'; readonly epoch: number })
  /** The weights are in a block, and read back from it as they were sent. */
  | (AtBlock & Weighted & { readonly type: 'weights-set' })
  | (AtBlock & { readonly type: 'weights-skipped'; readonly reason: SkipReason })
  | (AtBlock & { readonly type: 'weights-failed'; readonly error: TensorKitError })
  /** It has ended in order. */
  | { readonly type: 'stopped' }

/** Why a validator waits: it has no permit, or has it since this very block, so that miners may not know yet. */
export type WaitReason = 'permit' | 'permit-is-new' | 'no-miners'

/** Why weights are not set in an epoch: no score is above zero, or the subnet's rate limit forbids them. */
export type SkipReason = 'no-scores' | 'rate-limit'

/** Is told what happens. What it throws ends the neuron. */
export type NeuronListener = (event: NeuronEvent) => void
