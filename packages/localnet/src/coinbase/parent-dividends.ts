import { U96F32 } from '../consensus/fixed-point.js'
import { proportionFraction } from '../consensus/inherited-stake.js'
import { taoWeightFraction } from '../consensus/stake-weight.js'

/** What a hotkey has staked itself, rao. */
export interface OwnStake {
  /** Alpha on the subnet. */
  readonly alpha: bigint
  /** TAO on root. */
  readonly root: bigint
}

/** A parent, as the dividends of its child see it. */
export interface DividendParent extends OwnStake {
  /** What it lends to the child, a fraction of 2^64 − 1. */
  readonly proportion: bigint
  /** Whether it belongs to the child's coldkey: then the child takes nothing. */
  readonly sameOwner: boolean
}

/** How a dividend is split; rao. */
export interface DividendSplit {
  /** To each parent, in order. */
  readonly parents: readonly bigint[]
  /** To the hotkey itself, its take of the parents' parts included. */
  readonly own: bigint
  /** Taken out of what parents of other coldkeys get, and out of the alpha that is issued. */
  readonly recycled: bigint
}

const U16_MAX = U96F32.fromInt(0xffff)

// Stake through a fraction, alpha plus weighted TAO; U96F32 bits.
function contribution({ alpha, root }: OwnStake, fraction: bigint, taoWeight: bigint): bigint {
  const fromRoot = U96F32.mul(U96F32.mul(U96F32.fromInt(root), fraction), taoWeight)
  return U96F32.add(U96F32.mul(U96F32.fromInt(alpha), fraction), fromRoot)
}

/**
 * Splits a hotkey's dividend among those whose stake earned it: its parents and itself.
 *
 * @param options.dividend - What the epoch gave it, rao.
 * @param options.stake - Its own stake.
 * @param options.children - What it lends to each of its own children, fractions of 2^64 − 1.
 * @param options.parents - Those that lend to it.
 * @param options.childTake - What it takes of its parents' parts, u16 fraction of 65535.
 * @param options.burn - `CKBurn`, a fraction of 2^64 − 1.
 * @param options.taoWeight - `TaoWeight`, a fraction of 2^64 − 1.
 *
 * Source: subtensor `get_parent_child_dividends_distribution`, `get_self_contribution`, spec 424.
 */
export function splitDividend(options: {
  readonly dividend: bigint
  readonly stake: OwnStake
  readonly children: readonly bigint[]
  readonly parents: readonly DividendParent[]
  readonly childTake: number
  readonly burn: bigint
  readonly taoWeight: bigint
}): DividendSplit {
  const { dividend, parents } = options
  if (parents.length === 0) return { parents: [], own: dividend, recycled: 0n }
  const weight = taoWeightFraction(options.taoWeight)
  const kept = options.children.reduce((rest, proportion) => U96F32.sub(rest, proportionFraction(proportion)), U96F32.one)
  const own = U96F32.fromInt(U96F32.toU64(contribution(options.stake, kept, weight)))
  const lent = parents.map((parent) => contribution(parent, proportionFraction(parent.proportion), weight))
  const total = lent.reduce((sum, part) => U96F32.add(sum, part), own)
  const take = U96F32.safeDiv(U96F32.fromInt(options.childTake), U16_MAX)
  const burn = proportionFraction(options.burn)

  const whole = U96F32.fromInt(dividend)
  let rest = whole
  let taken = 0n
  let recycled = 0n
  const toParents = parents.map(({ sameOwner }, i) => {
    const earned = U96F32.mul(whole, U96F32.safeDiv(lent[i] ?? 0n, total))
    rest = U96F32.sub(rest, earned)
    if (sameOwner) return U96F32.toU64(earned)
    const burned = U96F32.mul(burn, earned)
    const forChild = U96F32.mul(take, earned)
    taken = U96F32.add(taken, forChild)
    recycled += U96F32.toU64(burned)
    return U96F32.toU64(U96F32.sub(U96F32.sub(earned, burned), forChild))
  })
  return { parents: toParents, own: U96F32.toU64(U96F32.add(rest, taken)), recycled }
}
