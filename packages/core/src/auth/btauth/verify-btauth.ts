import type { Ss58Address } from '../../identity/brands.js'
import type { ReplayStore } from '../../interfaces/replay-store.js'
import type { SignatureScheme } from '../../interfaces/signer.js'
import { type BtauthRefusal, refuse } from '../auth-refusal.js'
import { assertReplayRetention, checkReplay } from '../replay/check-replay.js'
import type { VerifySignature } from '../verify-signature.js'
import { encodeBtauthPayload, malformedPayloadField } from './btauth-payload.js'
import { type BtauthClaim, type CheckBtauthClaimOptions, checkBtauthClaim } from './check-btauth-claim.js'

/** What {@link verifyBtauthSignature} takes. */
export interface VerifyBtauthSignatureOptions {
  readonly claim: BtauthClaim
  /** The hotkey's scheme by the directory or the configuration, never by the header. */
  readonly scheme: SignatureScheme
  /** As received. */
  readonly method: string
  /** As received: the raw request target, or the HTTP/2 `:path`. */
  readonly target: string
  /** Of the raw body received; for gRPC the claim's, checked against the body once that is read. */
  readonly bodySha256: string
  readonly verify: VerifySignature
}

/**
 * The dear middle: the signature over the payload rebuilt from what was received. One scheme, never a fallback.
 *
 * @throws what `verify` throws; never for what a peer sent.
 */
export async function verifyBtauthSignature(options: VerifyBtauthSignatureOptions): Promise<{ readonly ok: true } | BtauthRefusal> {
  const { claim, scheme, method, target, bodySha256, verify } = options
  if (claim.claimedScheme !== scheme) return refuse('signature', "the scheme in the header is not the hotkey's")
  const field = malformedPayloadField({ method, target, bodySha256, nonce: claim.nonce })
  if (field !== undefined) return refuse('malformed', `${field} cannot be signed`)
  const message = encodeBtauthPayload({
    scheme,
    method,
    target,
    bodySha256,
    nonce: claim.nonce,
    sender: claim.hotkey,
    receiver: claim.receiver,
  })
  // Compared with true, so that a verifier written in JavaScript fails closed on anything else.
  const valid: unknown = await verify({ scheme, publicKey: claim.publicKey, message, signature: claim.signature })
  return valid === true ? { ok: true } : refuse('signature', 'the signature does not verify')
}

/** What {@link verifyBtauth} takes. */
export interface VerifyBtauthOptions extends CheckBtauthClaimOptions {
  readonly method: string
  readonly target: string
  /** SHA-256 of the raw body received, 64 lower-case hex digits. */
  readonly bodySha256: string
  /** The scheme of a hotkey by the directory or the configuration; undefined refuses the caller. */
  readonly schemeOf: (hotkey: Ss58Address) => SignatureScheme | undefined
  readonly verify: VerifySignature
  readonly store: ReplayStore
}

/**
 * Verifies a signed request whole: shape, receiver, freshness, signature, replay, in this order.
 *
 * @returns The caller's proved hotkey, or why not.
 * @throws CORE_INVALID_ARGUMENT if the store's retention is shorter than the window; what `verify` throws.
 *
 * Source: Bittensor v11, `bittensor.http_auth.verify`.
 */
export async function verifyBtauth(
  options: VerifyBtauthOptions,
): Promise<{ readonly ok: true; readonly hotkey: Ss58Address; readonly nonce: string; readonly scheme: SignatureScheme } | BtauthRefusal> {
  assertReplayRetention(options.store, options)
  const checked = checkBtauthClaim(options)
  if (!checked.ok) return checked
  const { claim } = checked
  if (claim.bodySha256 !== undefined && claim.bodySha256 !== options.bodySha256)
    return refuse('signature', 'the body hash in the header is not that of the body')
  const scheme = options.schemeOf(claim.hotkey)
  if (scheme === undefined) return refuse('signature', 'the scheme of the hotkey is not known')
  const signed = await verifyBtauthSignature({ ...options, claim, scheme })
  if (!signed.ok) return signed
  const fresh = await checkReplay({ ...options, profile: 'btauth/1', claim })
  return fresh.ok ? { ok: true, hotkey: claim.hotkey, nonce: claim.nonce, scheme } : fresh
}
