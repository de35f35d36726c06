import type { ErrorCode } from '../errors/codes.js'

/** Why a request signed by `btauth/1` was refused. */
export type BtauthRefusalReason = 'malformed' | 'wrong-receiver' | 'stale' | 'signature' | 'replayed' | 'unavailable'

/** Why a session was not opened. On the client's side, `mismatch` is an answer to something else. */
export type SessionRefusalReason = BtauthRefusalReason | 'wrong-domain' | 'wrong-tls-key' | 'mismatch'

/** Why a receipt was not believed. */
export type ReceiptRefusalReason = 'malformed' | 'mismatch' | 'signature'

/**
 * Something that was refused, as a value.
 *
 * For logs and metrics: what the peer gets to see is one constant text. It holds nothing that the peer sent.
 */
export interface AuthRefusal<Reason extends SessionRefusalReason = SessionRefusalReason> {
  readonly ok: false
  readonly reason: Reason
  /** The code that an error made of this refusal has. */
  readonly code: ErrorCode
  /** What exactly, in our own words. */
  readonly detail: string
  /** For `stale`: how old the nonce or time stamp is by this machine's clock, in ms; negative if it is ahead. */
  readonly ageMs?: number
}

/** A refused request, as a value. */
export type BtauthRefusal = AuthRefusal<BtauthRefusalReason>

/** A refused session, as a value. */
export type SessionRefusal = AuthRefusal<SessionRefusalReason>

/** A receipt that is not believed, as a value. */
export type ReceiptRefusal = AuthRefusal<ReceiptRefusalReason>

const codes: Readonly<Record<SessionRefusalReason, ErrorCode>> = {
  malformed: 'AUTH_MALFORMED',
  'wrong-domain': 'AUTH_WRONG_DOMAIN',
  'wrong-receiver': 'AUTH_WRONG_RECEIVER',
  'wrong-tls-key': 'AUTH_WRONG_TLS_KEY',
  stale: 'AUTH_STALE',
  mismatch: 'AUTH_MISMATCH',
  signature: 'AUTH_SIGNATURE_INVALID',
  replayed: 'AUTH_REPLAYED',
  unavailable: 'AUTH_UNAVAILABLE',
}

/** Makes a refusal. */
export function refuse<Reason extends SessionRefusalReason>(reason: Reason, detail: string, ageMs?: number): AuthRefusal<Reason> {
  return { ok: false, reason, code: codes[reason], detail, ...(ageMs === undefined ? {} : { ageMs }) }
}
