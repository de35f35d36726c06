import { U96F32 } from '../consensus/fixed-point.js'
import { taoWeightFraction } from '../consensus/stake-weight.js'

/** A hotkey as the dividends see it; rao. */
export interface DividendClaim {
  /** What the epoch gave it, or its children for it. See {@link splitDividend}. */
  readonly dividend: bigint
  /** Its alpha on the subnet. */
  readonly alphaStake: bigint
  /** Its TAO on root. */
  readonly rootStake: bigint
}

/** A hotkey's part of the pending dividends; U96F32 bits of rao. */
export interface DividendShare {
  readonly alpha: bigint
  readonly root: bigint
}

/**
 * Divides the pending dividends among hotkeys: each one's dividend is parted by what stands behind it, alpha or
 * weighted TAO, and both pots are given out in those proportions.
 *
 * @param options.claims - One for each hotkey.
 * @param options.pendingAlpha - Pot for alpha stake, rao.
 * @param options.pendingRoot - Pot for root stake, rao.
 * @param options.taoWeight - `TaoWeight`, a fraction of 2^64 − 1.
 * @returns A share for each claim, in order. Without any stake behind dividends a pot is given to nobody.
 *
 * Source: subtensor `calculate_dividend_distribution`, spec 424.
 */
export function dividendShares(options: {
  readonly claims: readonly DividendClaim[]
  readonly pendingAlpha: bigint
  readonly pendingRoot: bigint
  readonly taoWeight: bigint
}): DividendShare[] {
  const weight = taoWeightFraction(options.taoWeight)
  const parted = options.claims.map(({ dividend, alphaStake, rootStake }) => {
    const whole = U96F32.fromInt(dividend)
    const weighted = U96F32.mul(U96F32.fromInt(rootStake), weight)
    const total = U96F32.add(U96F32.fromInt(alphaStake), weighted)
    const root = U96F32.mul(whole, U96F32.safeDiv(weighted, total))
    return { alpha: U96F32.sub(whole, root), root }
  })
  const alpha = giveOut(
    parted.map((part) => part.alpha),
    options.pendingAlpha,
  )
  const root = giveOut(
    parted.map((part) => part.root),
    options.pendingRoot,
  )
  return parted.map((_, i) => ({ alpha: alpha[i] ?? 0n, root: root[i] ?? 0n }))
}

function giveOut(parts: readonly bigint[], pot: bigint): bigint[] {
  const total = parts.reduce((sum, part) => U96F32.add(sum, part), 0n)
  const whole = U96F32.fromInt(pot)
  return parts.map((part) => U96F32.mul(whole, U96F32.safeDiv(part, total)))
}
