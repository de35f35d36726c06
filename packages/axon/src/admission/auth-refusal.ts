import type { AuthRefusal } from '@tensorkit/core'
import { type Refusal, refusals } from '../refusal.js'

const byReason: Readonly<Record<AuthRefusal['reason'], Refusal>> = {
  malformed: refusals.malformed,
  'wrong-domain': refusals.wrongDomain,
  'wrong-receiver': refusals.wrongReceiver,
  'wrong-tls-key': refusals.wrongTlsKey,
  stale: refusals.stale,
  mismatch: refusals.malformed,
  signature: refusals.signatureInvalid,
  replayed: refusals.replayed,
  unavailable: refusals.replayStoreFailed,
}

/** What a caller is told when its claim is refused; the detail is for the log alone. */
export function authRefusal({ reason, detail, ageMs }: AuthRefusal): Refusal {
  const refusal = reason === 'stale' && ageMs !== undefined && ageMs < 0 ? refusals.future : byReason[reason]
  return { ...refusal, detail }
}
