import { U64F64 } from '../../../consensus/fixed-point.js'
import type { Storage } from '../../../state/storage.js'
import { alphaPrice, isDynamic, reservesOf } from './pool.js'
import { mostToBuy, mostToSell } from './stake-checks.js'

const U64_MAX = 2n ** 64n - 1n
const RAO = U64F64.fromInt(1_000_000_000n)

/**
 * The most alpha that can be moved to another subnet before the origin's price over the destination's falls below a limit.
 *
 * @param limitPrice - In billionths.
 * @returns In alpha's rao.
 *
 * Source: subtensor `get_max_amount_move`, spec 424.
 */
export function mostToMove(db: Storage, from: number, to: number, limitPrice: bigint): bigint {
  if (!isDynamic(db, from)) {
    if (!isDynamic(db, to)) return limitPrice > 1_000_000_000n ? 0n : U64_MAX
    if (limitPrice === 0n) return U64_MAX
    return mostToBuy(db, to, U64F64.toU64(U64F64.mul(U64F64.safeDiv(RAO, U64F64.fromInt(limitPrice)), RAO)))
  }
  return isDynamic(db, to) ? mostBetweenPools(db, from, to, limitPrice) : mostToSell(db, from, limitPrice)
}

function mostBetweenPools(db: Storage, from: number, to: number, limitPrice: bigint): bigint {
  const [origin, destination] = [reservesOf(db, from), reservesOf(db, to)]
  if (origin.tao === 0n || destination.tao === 0n || origin.alpha === 0n || destination.alpha === 0n) return 0n
  const limit = U64F64.safeDiv(U64F64.fromInt(limitPrice), RAO)
  if (limit > U64F64.safeDiv(alphaPrice(db, from), alphaPrice(db, to))) return 0n
  if (limitPrice === 0n) return U64_MAX
  const sum = U64F64.add(U64F64.fromInt(origin.tao), U64F64.fromInt(destination.tao))
  const share = (tao: bigint): bigint => U64F64.safeDiv(U64F64.fromInt(tao), sum)
  const bought = U64F64.safeDiv(U64F64.mul(U64F64.fromInt(destination.alpha), share(origin.tao)), limit)
  return U64F64.toU64(U64F64.sub(bought, U64F64.mul(U64F64.fromInt(origin.alpha), share(destination.tao))))
}
