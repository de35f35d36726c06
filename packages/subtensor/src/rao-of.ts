import { type Tao, TensorKitError } from '@tensorkit/core'

const MAX_U64 = (1n << 64n) - 1n

/** The rao of an amount of TAO, for a call. @throws CORE_UNIT_MISMATCH, or CORE_INVALID_ARGUMENT if it is no u64. */
export function raoOf(amount: Tao): bigint {
  if (amount?.unit !== 'TAO')
    throw new TensorKitError('CORE_UNIT_MISMATCH', 'The call takes an amount of TAO: tao(1.5) or rao(1_500_000_000n)')
  if (amount.rao < 0n || amount.rao > MAX_U64)
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'An amount must not be below zero, nor above 2^64 - 1 rao')
  return amount.rao
}
