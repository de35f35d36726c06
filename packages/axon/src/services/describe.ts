import type { AxonService, Clock, InferResponse, Protocol, Ss58Address } from '@tensorkit/core'
import type { AxonLimits } from '../limits.js'

/** What an axon tells anyone about itself. */
export type AxonDescription = InferResponse<typeof AxonService.describe>

/** What {@link describeAxon} is given. */
export interface DescribeOptions {
  readonly hotkey: Ss58Address
  readonly clock: Clock
  readonly limits: AxonLimits
  readonly protocols: readonly Protocol[]
}

/** Answers `Describe`. */
export function describeAxon({ hotkey, clock, limits, protocols }: DescribeOptions): AxonDescription {
  return {
    version: 1,
    serverTimeMs: BigInt(Math.round(clock.nowMs())),
    hotkey,
    profiles: ['btauth/1'],
    limits: {
      maxMessageBytes: BigInt(limits.maxMessageBytes),
      maxMetadataBytes: BigInt(limits.maxMetadataBytes),
      maxConcurrentStreams: limits.maxStreamsPerConnection,
      maxAgeMs: BigInt(Math.round(limits.maxAgeMs)),
      maxAheadMs: BigInt(Math.round(limits.maxAheadMs)),
      defaultDeadlineMs: BigInt(Math.round(limits.defaultDeadlineMs)),
    },
    protocols: protocols.map(({ $service, $hash }) => ({ service: $service, hash: $hash })),
  }
}
