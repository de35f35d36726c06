import { type ErrorCode, TensorKitError } from '@tensorkit/core'
import type { ResolvedTarget } from './target.js'
import type { CallFailure } from './transport/unary-call.js'

const maxPeerTextLength = 200

// gRPC's status codes, by number. Source: grpc/doc/statuscodes.md.
const codes: Readonly<Record<number, { readonly code: ErrorCode; readonly text: string }>> = {
  3: { code: 'PROTOCOL_MISMATCH', text: 'The axon could not read the request' },
  4: { code: 'DENDRITE_TIMEOUT', text: 'The axon did not answer in time' },
  7: { code: 'DENDRITE_DENIED', text: 'The axon knows this hotkey and refused the call' },
  8: { code: 'DENDRITE_EXHAUSTED', text: 'The axon, or a limit of this dendrite, is exhausted' },
  12: { code: 'DENDRITE_UNIMPLEMENTED', text: 'The axon does not serve this method' },
  14: { code: 'DENDRITE_UNAVAILABLE', text: 'The axon is not ready' },
  16: { code: 'DENDRITE_UNAUTHENTICATED', text: 'The axon refused the credentials' },
}

/** Turns a failed call into an error. The peer's own text is capped, and a fact only. */
export function failureError(failure: CallFailure, target: ResolvedTarget, path: string): TensorKitError {
  const { hotkey, host, port, uid } = target
  const facts = {
    hotkey,
    uid,
    address: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    method: path,
    grpcStatus: failure.code,
    reason: failure.reason,
    [failure.isLocal ? 'details' : 'peerText']: printable(failure.details),
  }
  const { code, text } = known(failure)
  return new TensorKitError(code, text, { facts })
}

function known({ code, details, isLocal, reason }: CallFailure): { readonly code: ErrorCode; readonly text: string } {
  if (isLocal && code === 14) return { code: 'DENDRITE_UNREACHABLE', text: 'The axon could not be reached' }
  if (isLocal && code === 1) return { code: 'CORE_ABORTED', text: 'The call was aborted' }
  if (code === 3 && reason === 'AUTH_REFUSED') return { code: 'DENDRITE_UNAUTHENTICATED', text: 'The axon refused the credentials' }
  if (code === 16 && reason === 'AUTH_STALE') return { code: 'AUTH_STALE', text: 'The axon found the request too old, or from the future' }
  // grpc-js says so on this side; a peer that says it has nothing to win by it.
  if (code === 8 && details.startsWith('Received message larger than max'))
    return { code: 'DENDRITE_BAD_REPLY', text: 'The reply is larger than maxMessageBytes' }
  return codes[code] ?? { code: 'DENDRITE_REMOTE_ERROR', text: 'The handler of the axon failed' }
}

/** A stranger's text, so that it can be shown on a terminal: short, and without control characters. */
export function printable(text: string): string | undefined {
  const clean = text.slice(0, maxPeerTextLength).replace(/[^\x20-\x7e]/g, '?')
  return clean === '' ? undefined : text.length > maxPeerTextLength ? `${clean}…` : clean
}
