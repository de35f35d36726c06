import type { Ss58Address } from '../../identity/brands.js'
import { type Clock, systemClock } from '../../interfaces/clock.js'
import type { SignatureScheme } from '../../interfaces/signer.js'
import { decodeSs58, isSs58Address } from '../../ss58/ss58.js'
import { refuse, type SessionRefusal } from '../auth-refusal.js'
import { checkFreshness, type FreshnessWindow, resolveWindow } from '../freshness.js'
import { asScheme, assertLine, decodeLines, domainLine, lineShapes, parseDomainLine, type SessionDomain } from '../signed-lines.js'
import type { VerifySignature } from '../verify-signature.js'
import { clientTextForm, sessionVersion } from './session-text.js'

/** What a caller of `OpenSession` claims, before its signature is checked. */
export interface SessionClaim {
  readonly hotkey: Ss58Address
  /** The scheme that the text names. The check itself goes by the directory's. */
  readonly claimedScheme: SignatureScheme
  /** The hotkey's public key, 32 bytes. */
  readonly publicKey: Uint8Array
  /** 64 hex digits. */
  readonly nonce: string
  readonly unixNs: bigint
  /** The exact bytes that were signed: a copy. */
  readonly text: Uint8Array
  /** 64 bytes: a copy. */
  readonly signature: Uint8Array
}

/** What {@link checkSessionClaim} takes. */
export interface CheckSessionClaimOptions extends FreshnessWindow {
  /** The value of `tk-open-bin`. */
  readonly text: unknown
  /** The value of `tk-open-sig-bin`. */
  readonly signature: unknown
  /** This server's own hotkey. */
  readonly receiver: Ss58Address
  /** This server's own, from its directory. */
  readonly domain: SessionDomain
  /** Of the key that this very connection's handshake used, 64 lower-case hex digits; `-` on plain text. */
  readonly spkiSha256: string
  /** The public key of an address that was decoded before. It must give the key of exactly that address, or undefined. */
  readonly knownPublicKey?: (address: string) => Uint8Array | undefined
  /** @defaultValue the machine's clock. */
  readonly clock?: Clock
}

/**
 * The cheap first half of a server's check of `OpenSession`: shape, domain, receiver, TLS key, freshness, in this order.
 *
 * Nothing is proved yet: look the claimed hotkey up and apply the limits, then `verifySessionSignature` with the directory's
 * scheme, then `checkReplay` with the profile `session/1`.
 *
 * @throws CORE_INVALID_ARGUMENT only if the options are wrong, never for what a peer sent.
 */
export function checkSessionClaim(options: CheckSessionClaimOptions): { readonly ok: true; readonly claim: SessionClaim } | SessionRefusal {
  const window = resolveWindow(options)
  const ownDomain = domainLine(options.domain)
  assertLine('spkiSha256', options.spkiSha256, lineShapes.spki)
  const { text, signature } = options
  if (!(signature instanceof Uint8Array) || signature.length !== 64) return refuse('malformed', 'the signature is absent or not 64 bytes')
  const lines = decodeLines(text, clientTextForm)
  if (lines === undefined) return refuse('malformed', 'the text is absent or not 9 lines of ASCII')
  const [version, role, domain, scheme, hotkey, server, spki, nonce, time] = lines as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  if (version !== sessionVersion) return refuse('malformed', 'the text is not of session/1')
  if (role !== 'client') return refuse('malformed', 'the text is not a client’s')
  const claimedScheme = asScheme(scheme)
  if (claimedScheme === undefined) return refuse('malformed', 'the scheme is neither sr25519 nor ed25519')
  if (parseDomainLine(domain) === undefined || !lineShapes.spki.test(spki))
    return refuse('malformed', 'the domain or the hash of the TLS key is malformed')
  if (!lineShapes.sha256.test(nonce)) return refuse('malformed', 'the nonce is not 64 lower-case hex digits')
  if (!lineShapes.unixNs.test(time)) return refuse('malformed', 'the time is not a plain decimal')
  const known = options.knownPublicKey?.(hotkey)
  if (known === undefined && !isSs58Address(hotkey)) return refuse('malformed', 'the hotkey is not an address with prefix 42')
  if (domain !== ownDomain) return refuse('wrong-domain', 'the text is for another network or subnet')
  if (server !== options.receiver) return refuse('wrong-receiver', 'the text is for another hotkey')
  if (spki !== options.spkiSha256) return refuse('wrong-tls-key', 'the text is for another TLS key')
  const unixNs = BigInt(time)
  const stale = checkFreshness({ unixNs, nowNs: (options.clock ?? systemClock).nowNs(), ...window })
  if (stale !== undefined) return stale
  return {
    ok: true,
    claim: {
      hotkey: hotkey as Ss58Address,
      claimedScheme,
      publicKey: known ?? decodeSs58(hotkey),
      nonce,
      unixNs,
      text: Uint8Array.from(text as Uint8Array),
      signature: Uint8Array.from(signature),
    },
  }
}

/** What {@link verifySessionSignature} takes. */
export interface VerifySessionSignatureOptions {
  readonly claim: SessionClaim
  /** The hotkey's scheme by the directory or the configuration, never by the text. */
  readonly scheme: SignatureScheme
  readonly verify: VerifySignature
}

/**
 * The dear middle: the client's signature over the exact bytes received. One scheme, never a fallback.
 *
 * @throws what `verify` throws; never for what a peer sent.
 */
export async function verifySessionSignature({
  claim,
  scheme,
  verify,
}: VerifySessionSignatureOptions): Promise<{ readonly ok: true } | SessionRefusal> {
  if (claim.claimedScheme !== scheme) return refuse('signature', "the scheme in the text is not the hotkey's")
  // Compared with true, so that a verifier written in JavaScript fails closed on anything else.
  const valid: unknown = await verify({ scheme, publicKey: claim.publicKey, message: claim.text, signature: claim.signature })
  return valid === true ? { ok: true } : refuse('signature', 'the signature does not verify')
}
