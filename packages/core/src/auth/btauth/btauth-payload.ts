import { sha256 } from '@noble/hashes/sha2.js'
import { TensorKitError } from '../../errors/tensorkit-error.js'
import type { Ss58Address } from '../../identity/brands.js'
import type { SignatureScheme } from '../../interfaces/signer.js'

/** What a `btauth/1` signature covers. */
export interface BtauthPayload {
  readonly scheme: SignatureScheme
  /** HTTP method, upper case; `POST` for gRPC. */
  readonly method: string
  /** The request target as sent: percent-encoded path plus `?query`; for gRPC the `:path`. */
  readonly target: string
  /** SHA-256 of the raw body: 64 lower-case hex digits. For gRPC, of the serialised message before compression and framing. */
  readonly bodySha256: string
  /** Unix time in ns, decimal: see `createNonceSource`. */
  readonly nonce: string
  readonly sender: Ss58Address
  /** The hotkey that the request is for; absent for a request that any server may take. */
  readonly receiver?: Ss58Address
}

// A line end in any field would let one signed text be read as two different requests.
const shapes = {
  method: /^[A-Z]{1,32}$/,
  target: /^[\x21-\x7e]+$/,
  bodySha256: /^[0-9a-f]{64}$/,
  nonce: /^[1-9][0-9]{0,19}$/,
} as const

/** Whether a text is a nonce in the one form that TensorKit writes and reads. */
export const isNonce = (text: string): boolean => shapes.nonce.test(text)

/** Whether a text is a SHA-256 in lower-case hex. */
export const isSha256Hex = (text: string): boolean => shapes.bodySha256.test(text)

/** The first field whose text cannot stand in a payload, if any. */
export function malformedPayloadField(payload: Pick<BtauthPayload, keyof typeof shapes>): keyof typeof shapes | undefined {
  return (Object.keys(shapes) as (keyof typeof shapes)[]).find(
    (name) => typeof payload[name] !== 'string' || !shapes[name].test(payload[name]),
  )
}

/**
 * The text that is signed: 8 lines, joined by a line feed, none trailing.
 *
 * @returns The exact bytes to sign or verify.
 * @throws CORE_INVALID_ARGUMENT if a field could not stand in a line.
 *
 * Source: Bittensor v11, `docs/guides/signed-requests.mdx`.
 */
export function encodeBtauthPayload(payload: BtauthPayload): Uint8Array {
  const field = malformedPayloadField(payload)
  if (field !== undefined) throw new TensorKitError('CORE_INVALID_ARGUMENT', `The ${field} of a signed request is malformed`)
  const { scheme, method, target, bodySha256, nonce, sender, receiver } = payload
  return new TextEncoder().encode(['btauth/1', scheme, method, target, bodySha256, nonce, sender, receiver ?? '-'].join('\n'))
}

/**
 * SHA-256 of a body as the payload wants it: 64 lower-case hex digits.
 *
 * In pure JavaScript, so that it runs anywhere; a server with large bodies hashes them by node:crypto instead.
 */
export function bodySha256Hex(body: Uint8Array): string {
  return Array.from(sha256(body), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
