import { U64F64, U96F32 } from '../consensus/fixed-point.js'

/** What a subnet's share of the TAO emission depends on. */
export interface SubnetShareInput {
  readonly netuid: number
  /** `SubnetMovingPrice`, U64F64 bits. */
  readonly movingPrice: bigint
  /** `MinerBurned`, U96F32 bits. */
  readonly minerBurned: bigint
  /** `SubnetEmissionEnabled`; false for a new subnet. */
  readonly emissionEnabled: boolean
}

/**
 * Divides a block's TAO emission among subnets by moving price, less what they withhold from miners. A subnet whose
 * emission is not enabled gets none, and its share goes to the others.
 *
 * @param subnets - Those that emit: started, with subtoken and registration enabled, root excluded.
 * @param taoEmission - Emission of the block, rao.
 * @returns U96F32 bits of rao by netuid.
 *
 * Source: subtensor `get_shares`, `get_subnet_block_emissions`, spec 425.
 */
export function subnetTaoEmissions(subnets: readonly SubnetShareInput[], taoEmission: bigint): Map<number, bigint> {
  const total = U64F64.fromInt(taoEmission)
  const shares = emissionShares(subnets)
  const anyDisabled = subnets.some((subnet) => !subnet.emissionEnabled)
  const enabledSum = subnets.reduce((sum, subnet, i) => (subnet.emissionEnabled ? U64F64.add(sum, shares[i] ?? 0n) : sum), 0n)
  return new Map(
    subnets.map((subnet, i) => {
      const share = shares[i] ?? 0n
      const final = !anyDisabled ? share : subnet.emissionEnabled ? U64F64.safeDiv(share, enabledSum) : 0n
      return [subnet.netuid, U96F32.from(U64F64.mul(total, final), U64F64)]
    }),
  )
}

function emissionShares(subnets: readonly SubnetShareInput[]): bigint[] {
  const prices = shareOut(subnets.map((subnet) => subnet.movingPrice))
  const weighted = subnets.map(({ minerBurned }, i) => {
    const kept = U64F64.sub(U64F64.one, U64F64.from(minerBurned, U96F32))
    return U64F64.mul(prices[i] ?? 0n, kept)
  })
  // When every subnet withholds everything, the prices alone decide, so that no emission is stranded.
  return weighted.some((weight) => weight > 0n) ? shareOut(weighted) : prices
}

function shareOut(values: readonly bigint[]): bigint[] {
  const sum = values.reduce((a, b) => U64F64.add(a, b), 0n)
  return values.map((value) => U64F64.safeDiv(value, sum))
}

/**
 * Whether root's part of alpha is kept for root; otherwise it is recycled.
 *
 * @param movingPrices - Of all subnets that emit, U64F64 bits.
 *
 * Source: subtensor `get_network_root_sell_flag`, spec 425.
 */
export function rootSellFlag(movingPrices: readonly bigint[]): boolean {
  return U64F64.sum(movingPrices) > U64F64.one
}
