import { U96F32 } from './fixed-point.js'

const U64_MAX = U96F32.fromInt((1n << 64n) - 1n)

/** Stake that a hotkey has from a parent. */
export interface ParentStake {
  /** What the parent lends, a fraction of 2^64 − 1. */
  readonly proportion: bigint
  /** The parent's own stake, rao. */
  readonly stake: bigint
}

/**
 * A proportion as a fraction.
 *
 * @param proportion - As stored, a fraction of 2^64 − 1.
 * @returns U96F32 bits.
 */
export const proportionFraction = (proportion: bigint): bigint => U96F32.safeDiv(U96F32.fromInt(proportion), U64_MAX)

/**
 * Stake that counts for a hotkey: its own, less what it lends to its children, and what its parents lend to it. What
 * parents have themselves only from others is not lent on.
 *
 * @param options.own - The hotkey's own stake, rao.
 * @param options.children - What it lends to each child, fractions of 2^64 − 1.
 * @param options.parents - Those that lend to it.
 * @returns rao, rounded down.
 *
 * Source: subtensor `get_inherited_for_hotkey_on_subnet`, `get_tao_inherited_for_hotkey_on_subnet`, spec 424.
 */
export function inheritedStake(options: {
  readonly own: bigint
  readonly children: readonly bigint[]
  readonly parents: readonly ParentStake[]
}): bigint {
  const part = (stake: bigint, proportion: bigint): bigint => U96F32.mul(U96F32.fromInt(stake), proportionFraction(proportion))
  const lent = options.children.reduce((sum, proportion) => U96F32.add(sum, part(options.own, proportion)), 0n)
  const borrowed = options.parents.reduce((sum, { proportion, stake }) => U96F32.add(sum, part(stake, proportion)), 0n)
  return U96F32.toU64(U96F32.add(U96F32.sub(U96F32.fromInt(options.own), lent), borrowed))
}
