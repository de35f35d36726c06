import { type ErrorCode, TensorKitError } from '@tensorkit/core'
import { lateError } from './call/late-error.js'
import type { Peer } from './peers/peer.js'
import type { CallEnd, CallFault } from './transport/client-transport.js'

const maxPeerTextLength = 200

interface Known {
  readonly code: ErrorCode
  readonly text: string
}

// gRPC's status codes, by number. Source: grpc/doc/statuscodes.md.
const codes: Readonly<Record<number, Known>> = {
  3: { code: 'PROTOCOL_MISMATCH', text: 'The axon could not read the request' },
  4: { code: 'DENDRITE_TIMEOUT', text: 'The axon did not answer in time' },
  7: { code: 'DENDRITE_DENIED', text: 'The axon knows this hotkey and refused the call' },
  8: { code: 'DENDRITE_EXHAUSTED', text: 'The axon is at its limit' },
  12: { code: 'DENDRITE_UNIMPLEMENTED', text: 'The axon does not serve this method' },
  14: { code: 'DENDRITE_UNAVAILABLE', text: 'The axon is not ready' },
  16: { code: 'DENDRITE_UNAUTHENTICATED', text: 'The axon refused the credentials' },
}

// What ended on this machine.
const faults: Readonly<Record<CallFault, Known>> = {
  connect: { code: 'DENDRITE_UNREACHABLE', text: 'The axon could not be reached' },
  pin: { code: 'DENDRITE_TLS_REFUSED', text: 'Whoever answers does not hold the axon’s TLS key' },
  'other-connection': { code: 'DENDRITE_UNAVAILABLE', text: 'The connection of the session is gone' },
  'queue-full': { code: 'DENDRITE_EXHAUSTED', text: 'The connection has no room for another call' },
  refused: { code: 'DENDRITE_UNAVAILABLE', text: 'The axon did not look at the call' },
  lost: { code: 'DENDRITE_UNREACHABLE', text: 'The connection broke' },
  deadline: { code: 'DENDRITE_TIMEOUT', text: 'The axon did not answer in time' },
  cancelled: { code: 'CORE_ABORTED', text: 'The call was aborted' },
  closed: { code: 'CORE_CLOSED', text: 'The dendrite was closed' },
  'too-large': { code: 'DENDRITE_BAD_REPLY', text: 'The reply is larger than the limit' },
  'bad-reply': { code: 'DENDRITE_BAD_REPLY', text: 'The reply is not one of gRPC' },
}

/** Turns a failed call into an error. The peer's own text is capped, and a fact only. */
export function failureError(
  end: Pick<CallEnd, 'code' | 'details' | 'isLocal' | 'fault' | 'wasSent' | 'reason' | 'pushbackMs'>,
  peer: Pick<Peer, 'hotkey' | 'uid' | 'address'>,
  path: string | undefined,
): TensorKitError {
  if (end.fault === 'deadline' && !end.wasSent) return lateError(peer, { waitedFor: 'connection', method: path })
  const { code, text } = known(end)
  const { hotkey, uid, address } = peer
  return new TensorKitError(code, text, {
    facts: {
      hotkey,
      uid,
      address,
      method: path,
      grpcStatus: end.code,
      reason: end.reason,
      retryAfterMs: end.pushbackMs !== undefined && Number.isFinite(end.pushbackMs) ? end.pushbackMs : undefined,
      [end.isLocal ? 'details' : 'peerText']: printable(end.details),
    },
  })
}

function known({ code, isLocal, fault, reason }: Pick<CallEnd, 'code' | 'isLocal' | 'fault' | 'reason'>): Known {
  if (isLocal && fault !== undefined) return faults[fault]
  if (code === 3 && reason === 'AUTH_REFUSED') return { code: 'DENDRITE_UNAUTHENTICATED', text: 'The axon refused the credentials' }
  if (code === 16 && reason === 'AUTH_STALE') return { code: 'AUTH_STALE', text: 'The axon found the request too old, or from the future' }
  if (reason === 'SESSION_REQUIRED') return { code: 'DENDRITE_SESSION_REQUIRED', text: 'The axon takes this call over a session only' }
  return codes[code] ?? { code: 'DENDRITE_REMOTE_ERROR', text: 'The handler of the axon failed' }
}

/** A stranger's text, so that it can be shown on a terminal: short, and without control characters. */
export function printable(text: string): string | undefined {
  const clean = text.slice(0, maxPeerTextLength).replace(/[^\x20-\x7e]/g, '?')
  return clean === '' ? undefined : text.length > maxPeerTextLength ? `${clean}…` : clean
}
