import { U96F32 } from '../consensus/fixed-point.js'
import { taoWeightFraction } from '../consensus/stake-weight.js'

/**
 * Root's share of a subnet: weighted TAO on root over the same plus the subnet's alpha.
 *
 * @param options.rootTao - `SubnetTAO` of root, rao.
 * @param options.taoWeight - `TaoWeight`, a fraction of 2^64 − 1.
 * @param options.alphaIssuance - The subnet's alpha in and out of its pool, rao.
 * @returns U96F32 bits, from 0 to 1; 0 while nothing is staked on root.
 *
 * Source: subtensor `root_proportion`, spec 425.
 */
export function rootProportion(options: { readonly rootTao: bigint; readonly taoWeight: bigint; readonly alphaIssuance: bigint }): bigint {
  const weighted = U96F32.mul(U96F32.fromInt(options.rootTao), taoWeightFraction(options.taoWeight))
  return U96F32.safeDiv(weighted, U96F32.add(weighted, U96F32.fromInt(options.alphaIssuance)))
}
