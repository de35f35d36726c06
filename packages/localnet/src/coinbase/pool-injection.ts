import { U64F64, U96F32 } from '../consensus/fixed-point.js'

/** What a block adds to a subnet's pool; rao. */
export interface PoolInjection {
  readonly taoIn: bigint
  readonly alphaIn: bigint
  /** TAO that the cap on alpha leaves over, for buying alpha. */
  readonly excessTao: bigint
}

/**
 * What a block adds to a subnet's pool: its TAO, and alpha at the pool's price but no more than root's proportion of the
 * block's alpha.
 *
 * @param options.taoEmission - The subnet's part of the block's TAO, U96F32 bits of rao.
 * @param options.price - TAO per alpha, U64F64 bits.
 * @param options.alphaEmission - The subnet's alpha of the block, rao.
 * @param options.rootProportion - U96F32 bits.
 *
 * Source: subtensor `get_subnet_terms`, spec 425.
 */
export function poolInjection(options: {
  readonly taoEmission: bigint
  readonly price: bigint
  readonly alphaEmission: bigint
  readonly rootProportion: bigint
}): PoolInjection {
  const { taoEmission, rootProportion } = options
  const price = U96F32.from(options.price, U64F64)
  const wanted = U96F32.safeDiv(taoEmission, price)
  const cap = U96F32.mul(rootProportion, U96F32.fromInt(options.alphaEmission))
  const capped = wanted > cap
  const alphaIn = capped ? cap : wanted
  const taoIn = capped ? U96F32.mul(cap, price) : taoEmission
  return {
    taoIn: U96F32.toU64(taoIn),
    alphaIn: U96F32.toU64(alphaIn),
    excessTao: U96F32.toU64(U96F32.sub(taoEmission, taoIn)),
  }
}
