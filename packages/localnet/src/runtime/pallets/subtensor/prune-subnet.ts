import { U64F64 } from '../../../consensus/fixed-point.js'
import type { ReadContext } from '../../framework/context.js'
import { isDynamic } from './pool.js'
import { pools } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import { allNetuids } from './subnets.js'

/** A moving price as U64F64 bits; a subnet without a pool counts as one TAO for one alpha. */
const movingPrice = (db: ReadContext['db'], netuid: number): bigint =>
  isDynamic(db, netuid) ? pools.SubnetMovingPrice.get(db, netuid).bits << 32n : U64F64.one

/**
 * The subnet that gives its place to a new one: of those past their immunity the one with the lowest moving price,
 * the oldest of equals. Undefined if all are immune.
 *
 * Source: subtensor `get_network_to_prune`, spec 424.
 */
export function subnetToPrune({ db, block }: ReadContext): number | undefined {
  const immunity = subnets.NetworkImmunityPeriod.get(db)
  const candidates = allNetuids(db)
    .filter((netuid) => netuid !== 0 && BigInt(block.number) >= subnets.NetworkRegisteredAt.get(db, netuid) + immunity)
    .map((netuid) => ({ netuid, price: movingPrice(db, netuid), registeredAt: subnets.NetworkRegisteredAt.get(db, netuid) }))
    .sort((a, b) => Number(a.price - b.price) || Number(a.registeredAt - b.registeredAt))
  return candidates[0]?.netuid
}
