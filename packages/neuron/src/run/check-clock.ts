import { type Clock, systemClock, TensorKitError } from '@tensorkit/core'
import type { Subtensor, WaitOptions } from '@tensorkit/subtensor'

/**
 * How far a clock may be off: requests may be 2 s ahead of the receiver's clock, and both ends may be off.
 * Source: the freshness window of btauth/1.
 */
const MAX_SKEW_MS = 2_000

/** This machine's clock less the node's, and how far that may be off. */
export interface ClockSkew {
  readonly skewMs: number
  readonly uncertaintyMs: number
}

/** Compares this machine's clock with that of the chain's node; undefined if the node does not tell the time. */
export async function measureClockSkew(
  subtensor: Subtensor,
  options: { readonly clock?: Clock | undefined } & WaitOptions = {},
): Promise<ClockSkew | undefined> {
  const { clock = systemClock } = options
  const node = await subtensor.getNodeTime(options)
  return node && { skewMs: clock.nowMs() - node.unixMs, uncertaintyMs: node.uncertaintyMs }
}

/**
 * Refuses a clock with which signed requests fail.
 *
 * @throws NEURON_CLOCK_SKEWED if it is more than 2 s off beyond doubt.
 */
export function assertClock(skew: ClockSkew | undefined): void {
  if (!skew || Math.abs(skew.skewMs) <= MAX_SKEW_MS + skew.uncertaintyMs) return
  const seconds = Math.round(Math.abs(skew.skewMs) / 1_000)
  throw new TensorKitError('NEURON_CLOCK_SKEWED', `Your clock is ${seconds} s ${skew.skewMs > 0 ? 'ahead' : 'behind'}`, {
    facts: { skewMs: Math.round(skew.skewMs), allowedMs: MAX_SKEW_MS, comparedWith: 'the node of the chain' },
    remedy: 'Set the clock of this machine by NTP: signed requests are refused when clocks differ by more than 2 s.',
  })
}
