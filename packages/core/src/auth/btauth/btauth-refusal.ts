import type { ErrorCode } from '../../errors/codes.js'

/** Why a signed request was refused. */
export type BtauthRefusalReason = 'malformed' | 'wrong-receiver' | 'stale' | 'signature' | 'replayed' | 'unavailable'

/**
 * A refused request, as a value.
 *
 * For logs and metrics: what the peer gets to see is one constant text. It holds nothing that the peer sent.
 */
export interface BtauthRefusal {
  readonly ok: false
  readonly reason: BtauthRefusalReason
  /** The code that an error made of this refusal has. */
  readonly code: ErrorCode
  /** What exactly, in our own words. */
  readonly detail: string
  /** For `stale`: how old the nonce is by this machine's clock, in ms; negative if it is ahead. */
  readonly ageMs?: number
}

const codes: Readonly<Record<BtauthRefusalReason, ErrorCode>> = {
  malformed: 'AUTH_MALFORMED',
  'wrong-receiver': 'AUTH_WRONG_RECEIVER',
  stale: 'AUTH_STALE',
  signature: 'AUTH_SIGNATURE_INVALID',
  replayed: 'AUTH_REPLAYED',
  unavailable: 'AUTH_UNAVAILABLE',
}

/** Makes a refusal. */
export function refuse(reason: BtauthRefusalReason, detail: string, ageMs?: number): BtauthRefusal {
  return { ok: false, reason, code: codes[reason], detail, ...(ageMs === undefined ? {} : { ageMs }) }
}
