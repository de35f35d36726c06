import { I64F64, U96F32 } from './fixed-point.js'

const U64_MAX = (1n << 64n) - 1n

/**
 * Stake that counts in consensus: alpha + TAO · weight.
 *
 * @param options.alpha - The hotkey's alpha on the subnet, rao.
 * @param options.tao - The hotkey's TAO on root, rao.
 * @param options.taoWeight - `TaoWeight`, a fraction of 2^64 − 1.
 * @returns I64F64 bits, as {@link EpochInput.stake} takes them.
 *
 * Source: subtensor `get_stake_weights_for_network`, spec 425; no child or parent keys.
 */
export function stakeWeight(options: { readonly alpha: bigint; readonly tao: bigint; readonly taoWeight: bigint }): bigint {
  const weight = I64F64.from(taoWeightFraction(options.taoWeight), U96F32)
  return I64F64.add(I64F64.fromInt(options.alpha), I64F64.mul(I64F64.fromInt(options.tao), weight))
}

/**
 * `TaoWeight` as a fraction.
 *
 * @param taoWeight - As stored, a fraction of 2^64 − 1.
 * @returns U96F32 bits.
 *
 * Source: subtensor `get_tao_weight`, spec 425.
 */
export function taoWeightFraction(taoWeight: bigint): bigint {
  return U96F32.safeDiv(U96F32.fromInt(taoWeight), U96F32.fromInt(U64_MAX))
}
