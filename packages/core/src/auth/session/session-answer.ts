import { TensorKitError } from '../../errors/tensorkit-error.js'
import type { Ss58Address } from '../../identity/brands.js'
import { type Clock, systemClock } from '../../interfaces/clock.js'
import type { SignatureScheme, Signer } from '../../interfaces/signer.js'
import { decodeSs58 } from '../../ss58/ss58.js'
import { refuse, type SessionRefusal } from '../auth-refusal.js'
import { decodeLines, domainLine, lineShapes, type SessionDomain, signExactly } from '../signed-lines.js'
import type { VerifySignature } from '../verify-signature.js'
import { encodeSessionAnswer, serverTextForm, sessionVersion, sha256Hex } from './session-text.js'

const tokenBytes = 32
/** How long a token lives at most. */
const maxLifetimeS = 3600

/** What {@link answerSession} takes. */
export interface AnswerSessionOptions {
  /** The axon's hotkey. */
  readonly signer: Signer
  readonly domain: SessionDomain
  /** The client's text, as received and verified. */
  readonly clientText: Uint8Array
  /** 32 random bytes. */
  readonly token: Uint8Array
  /** When the token ends, unix seconds: at most an hour ahead. */
  readonly expiresAtS: number
}

/**
 * Signs the server's half of `OpenSession`.
 *
 * The text names the client's whole text and the token by their hashes, so that subnet, both hotkeys and the TLS key are under
 * both signatures.
 *
 * @throws CORE_INVALID_ARGUMENT if the token is not 32 bytes, a field is malformed, or the signer gives anything but 64 bytes.
 */
export async function answerSession({
  signer,
  domain,
  clientText,
  token,
  expiresAtS,
}: AnswerSessionOptions): Promise<{ readonly text: Uint8Array; readonly signature: Uint8Array }> {
  if (!(token instanceof Uint8Array) || token.length !== tokenBytes) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A session token must be 32 bytes')
  }
  const text = encodeSessionAnswer({
    domain,
    scheme: signer.scheme,
    clientTextSha256: sha256Hex(clientText),
    tokenSha256: sha256Hex(token),
    expiresAtS,
  })
  return { text, signature: await signExactly(signer, text) }
}

/** What {@link checkSessionAnswer} takes. */
export interface CheckSessionAnswerOptions {
  /** From the answer. */
  readonly text: unknown
  /** From the answer. */
  readonly signature: unknown
  /** From the answer. */
  readonly token: unknown
  /** The client's own text, as it was sent. */
  readonly clientText: Uint8Array
  /** The hotkey that the metagraph or the configuration names; never one that the peer names. */
  readonly server: Ss58Address
  /** That hotkey's scheme, from the same place. */
  readonly scheme: SignatureScheme
  readonly domain: SessionDomain
  /** @defaultValue the machine's clock. */
  readonly clock?: Clock
  readonly verify: VerifySignature
  /** How far the clocks may differ, in ms. @defaultValue 2,000, as for requests. */
  readonly allowedSkewMs?: number
}

/**
 * A client's check of the answer to `OpenSession`: shape, own text, token, expiry, then the signature of the hotkey that was meant.
 *
 * Until it says `ok`, nothing but `OpenSession` may go over the channel; if it refuses, drop channel and token.
 *
 * @returns When the token ends, unix seconds: at most an hour and the skew ahead.
 * @throws CORE_INVALID_ARGUMENT, CORE_ADDRESS_INVALID if the client's own options are wrong; what `verify` throws; never for what
 * a peer sent.
 */
export async function checkSessionAnswer(
  options: CheckSessionAnswerOptions,
): Promise<{ readonly ok: true; readonly expiresAtS: number } | SessionRefusal> {
  const { text, signature, token, clientText, server, scheme, clock = systemClock, verify, allowedSkewMs = 2_000 } = options
  const ownDomain = domainLine(options.domain)
  const publicKey = decodeSs58(server)
  if (!(token instanceof Uint8Array) || token.length !== tokenBytes) return refuse('malformed', 'the token is absent or not 32 bytes')
  if (!(signature instanceof Uint8Array) || signature.length !== 64) return refuse('malformed', 'the signature is absent or not 64 bytes')
  const lines = decodeLines(text, serverTextForm)
  if (lines === undefined) return refuse('malformed', 'the text is absent or not 7 lines of ASCII')
  const [version, role, domain, named, clientHash, tokenHash, expiry] = lines as [string, string, string, string, string, string, string]
  if (version !== sessionVersion || role !== 'server') return refuse('malformed', 'the text is not a server’s of session/1')
  if (!lineShapes.unixS.test(expiry)) return refuse('malformed', 'the expiry is not a plain decimal')
  if (domain !== ownDomain) return refuse('wrong-domain', 'the answer is for another network or subnet')
  if (named !== scheme) return refuse('signature', "the scheme in the answer is not the hotkey's")
  if (clientHash !== sha256Hex(clientText)) return refuse('mismatch', 'the answer is to another request')
  if (tokenHash !== sha256Hex(token)) return refuse('mismatch', 'the answer is about another token')
  const expiresAtS = Number(expiry)
  const leftMs = expiresAtS * 1000 - clock.nowMs()
  if (!(leftMs > -allowedSkewMs)) return refuse('stale', 'the token has ended already', -leftMs)
  if (!(leftMs <= maxLifetimeS * 1000 + allowedSkewMs)) return refuse('stale', 'the token would live more than an hour', -leftMs)
  const valid: unknown = await verify({
    scheme,
    publicKey,
    message: Uint8Array.from(text as Uint8Array),
    signature: Uint8Array.from(signature),
  })
  return valid === true ? { ok: true, expiresAtS } : refuse('signature', 'the signature does not verify')
}
