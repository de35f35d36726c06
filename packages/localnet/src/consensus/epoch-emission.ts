import { I32F32, I96F32 } from './fixed-point.js'
import { normalize, normalizeUsingSum } from './math/normalize.js'

/** How an epoch divides its alpha. Amounts are rao by uid. */
export interface EpochEmission {
  readonly server: readonly bigint[]
  readonly validator: readonly bigint[]
  readonly combined: readonly bigint[]
  /** Shares of the combined emission, I32F32 bits. */
  readonly combinedShare: readonly bigint[]
}

/**
 * Divides alpha by incentive and dividends. Where nobody earned either, validators get it by stake.
 *
 * @param options.stake - I32F32 bits by uid, as are the other lists.
 * @param options.emission - Alpha to divide, rao.
 *
 * Source: subtensor `epoch/run_epoch.rs` `epoch_mechanism`, its emission section, spec 425.
 */
export function epochEmission(options: {
  readonly incentive: readonly bigint[]
  readonly dividends: readonly bigint[]
  readonly stake: readonly bigint[]
  readonly activeStake: readonly bigint[]
  readonly emission: bigint
}): EpochEmission {
  const { incentive, dividends, stake, activeStake } = options
  const combined = incentive.map((value, uid) => I32F32.add(value, dividends[uid] ?? 0n))
  const sum = I32F32.sum(combined)
  const nobodyEarned = sum === 0n
  const fallback = I32F32.sum(activeStake) === 0n ? stake : activeStake
  const combinedShare = nobodyEarned ? fallback : normalize(combined)

  const total = I96F32.fromInt(options.emission)
  const amounts = (shares: readonly bigint[]) => shares.map((share) => I96F32.toU64(I96F32.mul(share, total)))
  return {
    server: amounts(normalizeUsingSum(incentive, sum)),
    validator: amounts(nobodyEarned ? fallback : normalizeUsingSum(dividends, sum)),
    combined: amounts(combinedShare),
    combinedShare,
  }
}
