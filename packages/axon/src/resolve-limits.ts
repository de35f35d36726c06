import { TensorKitError } from '@tensorkit/core'
import { type AxonLimits, defaultAxonLimits } from './limits.js'

// What the protocol allows at most, whatever an axon is told.
const ceilings: Partial<Record<keyof AxonLimits, { readonly most: number; readonly text: string }>> = {
  maxMessageBytes: { most: 32 * 1024 * 1024, text: '32 MiB' },
  sessionLifetimeMs: { most: 3_600_000, text: '1 h' },
  // The queue is a sorted array: with more, moving its entries would cost as much as the calls.
  maxQueuedCalls: { most: 8192, text: '8192' },
}

/** Fills in and checks limits. @throws CORE_INVALID_ARGUMENT for one that is not a positive, finite number, or is over what the protocol allows. */
export function resolveLimits(given: Partial<AxonLimits> = {}): AxonLimits {
  const limits = { ...defaultAxonLimits }
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (!(name in limits)) throw new TensorKitError('CORE_INVALID_ARGUMENT', `There is no limit named ${name}`)
    // A clock difference may be none at all; everything else must allow something.
    const least = name === 'maxAheadMs' ? 0 : 1
    if (!Number.isFinite(value) || value < least) {
      throw new TensorKitError('CORE_INVALID_ARGUMENT', `The limit ${name} must be a finite number from ${least}`, {
        facts: { [name]: String(value) },
      })
    }
    limits[name as keyof AxonLimits] = value
  }
  for (const [name, { most, text }] of Object.entries(ceilings)) {
    const value = limits[name as keyof AxonLimits]
    if (value <= most) continue
    throw new TensorKitError('CORE_INVALID_ARGUMENT', `The limit ${name} must not exceed ${text}`, { facts: { [name]: value } })
  }
  return limits
}
