import { TensorKitError } from '../errors/tensorkit-error.js'
import { type AuthRefusal, refuse } from './auth-refusal.js'

/** The window in which a signed time counts as fresh. Both bounds are inclusive. */
export interface FreshnessWindow {
  /** How far back it may lie, in ms. @defaultValue 10,000, upstream's. */
  readonly maxAgeMs?: number
  /** How far ahead, in ms. @defaultValue 2,000, upstream's. */
  readonly allowedSkewMs?: number
}

/** The window with its defaults filled in. @throws CORE_INVALID_ARGUMENT if a bound is no finite number from 0. */
export function resolveWindow({ maxAgeMs = 10_000, allowedSkewMs = 2_000 }: FreshnessWindow): Required<FreshnessWindow> {
  for (const [name, value] of Object.entries({ maxAgeMs, allowedSkewMs })) {
    if (Number.isFinite(value) && value >= 0) continue
    throw new TensorKitError('CORE_INVALID_ARGUMENT', `${name} must be a finite number of ms, 0 or more`, {
      facts: { [name]: String(value) },
    })
  }
  return { maxAgeMs, allowedSkewMs }
}

/** ms, fractions too, as ns. */
export const nsOf = (ms: number): bigint => BigInt(Math.round(ms * 1e6))

/** What {@link checkFreshness} is given: times in unix ns. */
export interface FreshnessOptions extends Required<FreshnessWindow> {
  /** What was signed. */
  readonly unixNs: bigint
  /** By this machine's clock. */
  readonly nowNs: bigint
}

/** Whether a signed time lies in the window. @returns A refusal, or undefined if it does. */
export function checkFreshness({ unixNs, nowNs, maxAgeMs, allowedSkewMs }: FreshnessOptions): AuthRefusal<'stale'> | undefined {
  const ageNs = nowNs - unixNs
  const ageMs = Number(ageNs) / 1e6
  if (ageNs > nsOf(maxAgeMs)) return refuse('stale', `nonce is ${(ageMs / 1000).toFixed(1)} s old, more than ${maxAgeMs / 1000} s`, ageMs)
  if (-ageNs > nsOf(allowedSkewMs)) {
    return refuse('stale', `nonce is ${(-ageMs / 1000).toFixed(1)} s ahead, more than ${allowedSkewMs / 1000} s`, ageMs)
  }
  return undefined
}
