import { TensorKitError } from '@tensorkit/core'
import { type AxonLimits, defaultAxonLimits } from './limits.js'

const maxMessageCeilingBytes = 32 * 1024 * 1024

/** Fills in and checks limits. @throws CORE_INVALID_ARGUMENT for one that is not a positive, finite number, or a message over 32 MiB. */
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
  if (limits.maxMessageBytes > maxMessageCeilingBytes) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The limit maxMessageBytes must not exceed 32 MiB', {
      facts: { maxMessageBytes: limits.maxMessageBytes },
    })
  }
  return limits
}
