import type { ErrorCode } from './codes.js'
import { TensorKitError } from './tensorkit-error.js'

/**
 * Turns anything caught into a {@link TensorKitError}: the one normaliser.
 *
 * A TensorKitError is returned as it is; an abort becomes `CORE_ABORTED`, a time-out of `AbortSignal.timeout` becomes
 * `CORE_TIMEOUT`; anything else is wrapped as the cause of an error with the given code.
 *
 * @param value - What was caught.
 * @param fallback - The code and short message for what is not recognised.
 */
export function toTensorKitError(
  value: unknown,
  fallback: { readonly code: ErrorCode; readonly shortMessage: string } = { code: 'CORE_INTERNAL', shortMessage: 'Unexpected failure' },
): TensorKitError {
  if (TensorKitError.isInstance(value)) return value
  if (value instanceof Error && value.name === 'AbortError')
    return new TensorKitError('CORE_ABORTED', 'The operation was aborted', { cause: value })
  if (value instanceof Error && value.name === 'TimeoutError')
    return new TensorKitError('CORE_TIMEOUT', 'The operation timed out', { cause: value })
  return new TensorKitError(fallback.code, fallback.shortMessage, { cause: value })
}
