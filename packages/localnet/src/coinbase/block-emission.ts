import { I96F32 } from '../consensus/fixed-point.js'

/** Most TAO, and most alpha of a subnet, that will ever exist: rao. Source: subtensor `TotalSupply`, spec 425. */
export const TOTAL_SUPPLY = 21_000_000_000_000_000n

/** Emission of a block before the first halving: rao. Source: subtensor `DefaultBlockEmission`, spec 425. */
export const FULL_BLOCK_EMISSION = 1_000_000_000n

const TWO = I96F32.fromInt(2)

/**
 * What one block emits at a given issuance: 1 token, halved each time that half of what was left has been issued. TAO
 * and the alpha of every subnet follow the same curve.
 *
 * @param issuance - TAO's total issuance, or a subnet's alpha in and out of its pool: rao.
 * @returns rao.
 *
 * Source: subtensor `get_block_emission_for_issuance`, spec 425.
 */
export function blockEmission(issuance: bigint): bigint {
  if (issuance >= TOTAL_SUPPLY) return 0n
  const issued = I96F32.safeDiv(I96F32.fromInt(issuance), I96F32.fromInt(TOTAL_SUPPLY))
  const scarcity = I96F32.checkedDiv(I96F32.one, I96F32.one - issued)
  if (scarcity === undefined) return 0n
  const share = I96F32.safeDiv(I96F32.one, I96F32.fromInt(1n << floorLog2(scarcity)))
  return I96F32.toU64(I96F32.mul(share, I96F32.fromInt(FULL_BLOCK_EMISSION)))
}

// Halves with the rounding of the chain's log2, which counts 4 - 2^-32 as 4.
function floorLog2(value: bigint): bigint {
  let log = 0n
  for (let rest = value; rest >= TWO; rest = (rest >> 1n) + (rest & 1n)) log++
  return log
}
