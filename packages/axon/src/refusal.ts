import type { RefusalReason } from '@tensorkit/core'

/** The gRPC statuses that an axon answers with, by name. */
export type StatusName =
  | 'DEADLINE_EXCEEDED'
  | 'INTERNAL'
  | 'INVALID_ARGUMENT'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAUTHENTICATED'
  | 'UNAVAILABLE'
  | 'UNIMPLEMENTED'

/** Why a call ends without a reply: what the caller is told, and what only the log and the metrics are. */
export interface Refusal {
  readonly status: StatusName
  /** The text that the caller sees. */
  readonly text: string
  /** The reason that the caller sees, if any: one of the protocol's public list. */
  readonly publicReason?: RefusalReason
  /** The exact reason, for log and metric. */
  readonly reason: string
  /** What exactly, for the log. */
  readonly detail?: string
  /** When to try again, in ms. */
  readonly retryAfterMs?: number
}

// One text for all of them: what differs would tell a stranger which rule stopped a name that it only claims.
const constantText = 'The call was not admitted'

const unauthenticated = (reason: string): Refusal => ({
  status: 'UNAUTHENTICATED',
  text: constantText,
  publicReason: 'AUTH_REFUSED',
  reason,
})
const untimely = (reason: string): Refusal => ({ status: 'UNAUTHENTICATED', text: constantText, publicReason: 'AUTH_STALE', reason })
const expired = (reason: string): Refusal => ({ status: 'UNAUTHENTICATED', text: constantText, publicReason: 'SESSION_EXPIRED', reason })
const denied = (reason: string): Refusal => ({ status: 'PERMISSION_DENIED', text: constantText, publicReason: 'DENIED', reason })
const exhausted = (reason: string, retryAfterMs: number): Refusal => ({
  status: 'RESOURCE_EXHAUSTED',
  text: constantText,
  publicReason: 'RATE',
  reason,
  retryAfterMs,
})
const unavailable = (reason: string): Refusal => ({ status: 'UNAVAILABLE', text: 'The axon is not ready', reason })

/** Every way in which a call is refused. */
export const refusals = {
  draining: { status: 'UNAVAILABLE', text: 'The axon is shutting down', publicReason: 'DRAINING', reason: 'draining' },
  metadataTooLarge: unauthenticated('metadata_too_large'),
  malformed: unauthenticated('malformed'),
  twoProfiles: unauthenticated('two_profiles'),
  sessionUnsupported: unauthenticated('session_unsupported'),
  sessionUnknown: expired('session_unknown'),
  sessionExpired: expired('session_expired'),
  sessionElsewhere: expired('session_elsewhere'),
  sessionRequired: { status: 'UNAUTHENTICATED', text: constantText, publicReason: 'SESSION_REQUIRED', reason: 'session_required' },
  sessionsFull: exhausted('sessions_full', 10_000),
  openRate: exhausted('open_rate', 1_000),
  verificationsFull: exhausted('verifications_full', 1_000),
  wrongDomain: unauthenticated('wrong_domain'),
  wrongTlsKey: unauthenticated('wrong_tls_key'),
  unknownConnection: unauthenticated('unknown_connection'),
  wrongReceiver: unauthenticated('wrong_receiver'),
  stale: untimely('stale'),
  future: untimely('future'),
  directoryStale: unavailable('directory_stale'),
  unknownHotkey: unauthenticated('unknown_hotkey'),
  wrongScheme: unauthenticated('wrong_scheme'),
  noPermit: unauthenticated('no_permit'),
  lowStake: unauthenticated('low_stake'),
  sourceRate: exhausted('source_rate', 1_000),
  signatureInvalid: unauthenticated('signature_invalid'),
  replayed: unauthenticated('replayed'),
  replayStoreFailed: unavailable('replay_store_failed'),
  startedLater: unavailable('before_start'),
  verifierFailed: unavailable('verifier_failed'),
  deregistered: denied('deregistered'),
  permitLost: denied('permit_lost'),
  stakeLost: denied('stake_lost'),
  hookRefused: denied('hook_refused'),
  hookFailed: denied('hook_failed'),
  hookTimeout: denied('hook_timeout'),
  hotkeyRate: exhausted('hotkey_rate', 1_000),
  hotkeyConcurrency: exhausted('hotkey_concurrency', 100),
  queueFull: exhausted('queue_full', 1_000),
  /** It waited, and a better call took its place. */
  shed: exhausted('shed', 1_000),
  anonymousFull: exhausted('anonymous_full', 1_000),
  compressed: { status: 'UNIMPLEMENTED', text: 'A call without credentials must not be compressed', reason: 'compressed' },
  wouldBeLate: { status: 'DEADLINE_EXCEEDED', text: 'The call would not finish before its deadline', reason: 'would_be_late' },
  deadline: { status: 'DEADLINE_EXCEEDED', text: 'The deadline passed', reason: 'deadline' },
  /** Never sent: nobody waits for the answer any more. */
  left: { status: 'DEADLINE_EXCEEDED', text: 'The call is over', reason: 'left' },
  noMessage: { status: 'INVALID_ARGUMENT', text: 'A unary call carries exactly one message', reason: 'message_count' },
  bodyMismatch: { status: 'INVALID_ARGUMENT', text: constantText, publicReason: 'AUTH_REFUSED', reason: 'body_mismatch' },
  undecodable: { status: 'INVALID_ARGUMENT', text: 'The request does not fit the protocol', reason: 'undecodable' },
  handlerFailed: { status: 'INTERNAL', text: 'The handler failed', reason: 'handler_failed' },
  unencodable: { status: 'INTERNAL', text: 'The handler failed', reason: 'unencodable' },
  responseTooLarge: { status: 'INTERNAL', text: 'The handler failed', reason: 'response_too_large' },
  internal: { status: 'INTERNAL', text: 'The call failed', reason: 'internal' },
} as const satisfies Record<string, Refusal>
