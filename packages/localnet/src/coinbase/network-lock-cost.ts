import { maxOf } from '../consensus/min-max.js'

const U64_MAX = (1n << 64n) - 1n

/**
 * What registering a subnet costs: twice the last lock, falling in a straight line, but never below the minimum.
 *
 * @param options.lastLock - `NetworkLastLockCost`, rao.
 * @param options.minLock - `NetworkMinLockCost`, rao.
 * @param options.lastLockBlock - Block of the last registration; 0 before the first, which pays the last lock once.
 * @param options.reductionInterval - `NetworkLockReductionInterval`, blocks in which one last lock is taken off.
 * @param options.block - Block of the registration.
 * @returns rao.
 *
 * Source: subtensor `get_network_lock_cost`, spec 425.
 */
export function networkLockCost(options: {
  readonly lastLock: bigint
  readonly minLock: bigint
  readonly lastLockBlock: bigint
  readonly reductionInterval: bigint
  readonly block: bigint
}): bigint {
  const { lastLock, lastLockBlock, reductionInterval } = options
  const start = lastLockBlock === 0n ? lastLock : lastLock * 2n
  const perBlock = reductionInterval === 0n ? 0n : lastLock / reductionInterval
  const cost = (start > U64_MAX ? U64_MAX : start) - perBlock * maxOf(options.block - lastLockBlock, 0n)
  return maxOf(cost, options.minLock)
}
