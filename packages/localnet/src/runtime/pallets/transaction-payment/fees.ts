import type { DispatchInfo } from '../../framework/call.js'
import { baseExtrinsicRefTime, blockWeightLimits } from '../system/limits.js'

/** 0.0005 rao a picosecond of reference time; a half is rounded down, as Perbill does. */
export const weightToFee = (refTime: bigint): bigint => {
  const capped = refTime > blockWeightLimits.max_block.ref_time ? blockWeightLimits.max_block.ref_time : refTime
  return (capped * 5n + 4_999n) / 10_000n
}

/** 1 rao a byte. */
export const lengthToFee = (lengthBytes: number): bigint => BigInt(lengthBytes)

/** What inclusion costs, in rao; undefined for a call that pays no fee. */
export const inclusionFee = (info: DispatchInfo, lengthBytes: number) =>
  info.paysFee
    ? { base_fee: weightToFee(baseExtrinsicRefTime), len_fee: lengthToFee(lengthBytes), adjusted_weight_fee: weightToFee(info.refTime) }
    : undefined

/** The whole fee without the tip, in rao. */
export function totalFee(info: DispatchInfo, lengthBytes: number): bigint {
  const fee = inclusionFee(info, lengthBytes)
  return fee ? fee.base_fee + fee.len_fee + fee.adjusted_weight_fee : 0n
}
