import type { AxonService, Clock, InferResponse, Protocol, Ss58Address } from '@tensorkit/core'
import type { AuthProfile } from '../admission/admission.js'
import type { AxonLimits } from '../limits.js'

/** What an axon tells anyone about itself. */
export type AxonDescription = InferResponse<typeof AxonService.describe>

/** What {@link describeAxon} is given. */
export interface DescribeOptions {
  readonly hotkey: Ss58Address
  readonly clock: Clock
  readonly limits: AxonLimits
  readonly protocols: readonly Protocol[]
  /** The profiles that it takes. */
  readonly profiles: readonly AuthProfile[]
}

/** The limits that callers should know: told by `Describe`, and by `OpenSession`, whose answer can be believed. */
export function publicLimits(limits: AxonLimits): AxonDescription['limits'] {
  return {
    maxMessageBytes: BigInt(limits.maxMessageBytes),
    maxMetadataBytes: BigInt(limits.maxMetadataBytes),
    maxConcurrentStreams: limits.maxStreamsPerConnection,
    maxAgeMs: BigInt(Math.round(limits.maxAgeMs)),
    maxAheadMs: BigInt(Math.round(limits.maxAheadMs)),
    defaultDeadlineMs: BigInt(Math.round(limits.defaultDeadlineMs)),
  }
}

/** Answers `Describe`. */
export function describeAxon({ hotkey, clock, limits, protocols, profiles }: DescribeOptions): AxonDescription {
  return {
    version: 1,
    serverTimeMs: BigInt(Math.round(clock.nowMs())),
    hotkey,
    profiles: profiles.map((profile) => `${profile}/1`),
    limits: publicLimits(limits),
    protocols: protocols.map(({ $service, $hash }) => ({ service: $service, hash: $hash })),
  }
}
