import { decodeRefusalReason } from '@tensorkit/core'
import type { CallEnd, CallFault, ReplyMetadata } from './client-transport.js'

const maxDetailsLength = 1024
const maxPushbackMs = 30_000

/** gRPC's status codes. Source: grpc/doc/statuscodes.md. */
export const grpcStatus = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

/** No metadata. */
export const noMetadata: ReplyMetadata = { text: () => undefined, bytes: () => undefined }

/** What an implementation knows of a call when it ends, whoever ended it. */
export interface CallFacts {
  readonly wasSent: boolean
  readonly connectionId: number | undefined
  readonly sentMs: number | undefined
  readonly firstByteMs: number | undefined
}

/** Facts of a call that never had a connection. */
export const unsent: CallFacts = { wasSent: false, connectionId: undefined, sentMs: undefined, firstByteMs: undefined }

const faultCodes: Readonly<Record<CallFault, number>> = {
  connect: grpcStatus.unavailable,
  pin: grpcStatus.unavailable,
  'other-connection': grpcStatus.unavailable,
  'queue-full': grpcStatus.resourceExhausted,
  refused: grpcStatus.unavailable,
  lost: grpcStatus.unavailable,
  deadline: grpcStatus.deadlineExceeded,
  cancelled: grpcStatus.cancelled,
  closed: grpcStatus.unavailable,
  'too-large': grpcStatus.resourceExhausted,
  'bad-reply': grpcStatus.internal,
}

/** An end that this machine decided. `code` where the fault's own does not fit. */
export function localEnd(fault: CallFault, details: string, facts: CallFacts, code: number = faultCodes[fault]): CallEnd {
  const { wasSent, connectionId, sentMs, firstByteMs } = facts
  return {
    code,
    details: details.slice(0, maxDetailsLength),
    isLocal: true,
    fault,
    wasSent,
    reason: undefined,
    pushbackMs: undefined,
    trailers: noMetadata,
    connectionId,
    sentMs,
    firstByteMs,
  }
}

/** An end that the peer's trailers tell. */
export function peerEnd(code: number, details: string, trailers: ReplyMetadata, facts: CallFacts): CallEnd {
  const { connectionId, sentMs, firstByteMs } = facts
  const isOk = code === grpcStatus.ok
  const status = isOk ? undefined : trailers.bytes('grpc-status-details-bin')
  return {
    code,
    details: details.slice(0, maxDetailsLength),
    isLocal: false,
    fault: undefined,
    wasSent: true,
    reason: status === undefined ? undefined : decodeRefusalReason(status),
    pushbackMs: isOk ? undefined : pushbackOf(trailers.text('grpc-retry-pushback-ms')),
    trailers,
    connectionId,
    sentMs,
    firstByteMs,
  }
}

/** Source: gRPC proposal A6, "Pushback": negative or unreadable means no retry at all. */
export function pushbackOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return /^[0-9]{1,15}$/.test(text) ? Math.min(Number(text), maxPushbackMs) : Number.POSITIVE_INFINITY
}
