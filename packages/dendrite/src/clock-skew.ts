import { TensorKitError } from '@tensorkit/core'

// Below this a slow network explains a stale request as well as a wrong clock does.
const leastSkewMs = 1_000

/**
 * Says what is wrong with the clock, from an axon's own one: a peer's word, good for advice alone.
 *
 * @param skewMs - This machine's clock less the axon's, in ms.
 */
export function describeSkew(error: TensorKitError, skewMs: number | undefined): TensorKitError {
  if (skewMs === undefined || Math.abs(skewMs) < leastSkewMs) return error
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  return new TensorKitError('AUTH_STALE', `Your clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the axon’s`, {
    facts: { ...error.facts, skewMs: Math.round(skewMs) },
    remedy: 'Set the clock of this machine by NTP. If it is right, the axon’s clock is wrong.',
    cause: error,
  })
}
