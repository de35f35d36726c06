import protobuf from 'protobufjs/minimal.js'

/** The reasons that an axon gives in public; the exact one is in its own log. */
export type RefusalReason = 'AUTH_REFUSED' | 'AUTH_STALE' | 'SESSION_EXPIRED' | 'SESSION_REQUIRED' | 'DENIED' | 'RATE' | 'DRAINING'

/** What a refusal carries beside gRPC's status. */
export interface RefusalStatus {
  /** gRPC's status code. */
  readonly code: number
  readonly message: string
  readonly reason: RefusalReason
}

const domain = 'tensorkit'
const typeUrl = 'type.googleapis.com/google.rpc.ErrorInfo'
const maxDetailsBytes = 8 * 1024

/**
 * Encodes a refusal as the metadata `grpc-status-details-bin` has it: a `google.rpc.Status` with one `ErrorInfo` of the
 * domain `tensorkit`.
 *
 * Source: google/rpc/status.proto, google/rpc/error_details.proto.
 */
export function encodeRefusalStatus(status: RefusalStatus): Uint8Array {
  const info = protobuf.Writer.create().uint32(10).string(status.reason).uint32(18).string(domain).finish()
  const any = protobuf.Writer.create().uint32(10).string(typeUrl).uint32(18).bytes(info).finish()
  return protobuf.Writer.create().uint32(8).int32(status.code).uint32(18).string(status.message).uint32(26).bytes(any).finish()
}

/**
 * Reads the reason out of `grpc-status-details-bin`: a peer's word, so anything odd gives nothing.
 *
 * @returns The reason of the first `ErrorInfo` of the domain `tensorkit`, if it is one of the public list.
 */
export function decodeRefusalReason(details: Uint8Array): RefusalReason | undefined {
  if (details.length > maxDetailsBytes) return undefined
  try {
    for (const any of fieldsOf(details, 3)) {
      const [type, value] = [fieldsOf(any, 1)[0], fieldsOf(any, 2)[0]]
      if (type === undefined || value === undefined || text(type) !== typeUrl) continue
      const [reason, from] = [fieldsOf(value, 1)[0], fieldsOf(value, 2)[0]]
      if (reason === undefined || from === undefined || text(from) !== domain) continue
      return publicReasons.find((known) => known === text(reason))
    }
  } catch {
    // Not protobuf: as good as absent.
  }
  return undefined
}

const publicReasons: readonly RefusalReason[] = [
  'AUTH_REFUSED',
  'AUTH_STALE',
  'SESSION_EXPIRED',
  'SESSION_REQUIRED',
  'DENIED',
  'RATE',
  'DRAINING',
]

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/** All length-delimited fields with a number. */
function fieldsOf(bytes: Uint8Array, wanted: number): Uint8Array[] {
  const reader = protobuf.Reader.create(bytes)
  const found: Uint8Array[] = []
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === ((wanted << 3) | 2)) found.push(reader.bytes())
    else reader.skipType(tag & 7)
  }
  return found
}
