import { type Ss58Address, TensorKitError, type Uid } from '@tensorkit/core'

const U16_MAX = 65_535

/**
 * What to set when no score is above zero: nothing (`skip`), the same for all (`uniform`), or an error (`throw`).
 *
 * There is no silent choice: Bittensor's own tools once paid all neurons alike here, which few meant.
 */
export type AllZeroPolicy = 'skip' | 'uniform' | 'throw'

/** Weights as the chain takes them. */
export interface U16Weights {
  /** By ascending uid, each once. */
  readonly uids: readonly Uid[]
  /** As many as uids; 0 to 65535, the largest being 65535. */
  readonly weights: readonly number[]
}

/** What {@link weightsFromScores} takes. */
export interface WeightsFromScoresOptions {
  /** Who is weighed: the miners, as a rule. Each gets an entry, if only 0, so that bonds to it decay. */
  readonly candidates: readonly { readonly uid: Uid; readonly hotkey: Ss58Address }[]
  /** Where the scores come from. */
  readonly scores: { get(hotkey: Ss58Address): number }
  /** @defaultValue `'skip'`: weights that nobody earned are not set */
  readonly whenAllZero?: AllZeroPolicy | undefined
}

/**
 * Turns scores into weights: in proportion to max(0, score), the largest 65535.
 *
 * @returns The weights; undefined where nothing is to be set.
 * @throws NEURON_NO_SCORES by the policy `throw`.
 *
 * Source: pallet-subtensor `vec_u16_max_upscale_to_u16`, which leaves what this gives unchanged.
 */
export function weightsFromScores({ candidates, scores, whenAllZero = 'skip' }: WeightsFromScoresOptions): U16Weights | undefined {
  const sorted = [...candidates].sort((a, b) => a.uid - b.uid)
  const raw = sorted.map(({ hotkey }) => Math.max(0, scores.get(hotkey)))
  const most = Math.max(0, ...raw)
  if (most > 0) return { uids: sorted.map(({ uid }) => uid), weights: raw.map((value) => Math.round((U16_MAX * value) / most)) }
  if (whenAllZero === 'throw')
    throw new TensorKitError('NEURON_NO_SCORES', 'No miner has a score above zero', { facts: { candidates: sorted.length } })
  if (whenAllZero === 'skip' || sorted.length === 0) return undefined
  return { uids: sorted.map(({ uid }) => uid), weights: sorted.map(() => U16_MAX) }
}
