import type { SignatureScheme } from '../interfaces/signer.js'
import { ed25519Verify, isWeakEd25519 } from './ed25519.js'
import { assertReady } from './init-crypto.js'
import { sr25519Engine } from './sr25519-engine.js'

/** What {@link verifySignature} is given. */
export interface VerifySignatureOptions {
  /** The scheme, from the directory or the configuration: never from what the peer claims alone. */
  readonly scheme: SignatureScheme
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** The exact bytes that were signed. */
  readonly message: Uint8Array
  /** 64 bytes, without a scheme prefix. */
  readonly signature: Uint8Array
}

const isBytes = (value: unknown, length?: number): value is Uint8Array =>
  value instanceof Uint8Array && (length === undefined || value.length === length)

/**
 * Whether an input is left to the engine: false for all that our own rules refuse, without any dear arithmetic.
 *
 * @throws CORE_NOT_READY for sr25519 before `initCrypto` was awaited.
 */
export function isForEngine({ scheme, publicKey, message, signature }: VerifySignatureOptions): boolean {
  if (!isBytes(publicKey, 32) || !isBytes(signature, 64) || !isBytes(message)) return false
  switch (scheme) {
    case 'sr25519':
      assertReady()
      // The top bit marks signatures of schnorrkel 0.8 and later; without it a library may try the rules of before its audit.
      if (((signature[63] as number) & 0x80) === 0) return false
      // The all-zero key is the identity of the group: schnorrkel, and so the chain, takes anybody's signature for it.
      return !publicKey.every((byte) => byte === 0)
    case 'ed25519':
      return !isWeakEd25519(publicKey, signature)
    default:
      return false
  }
}

/**
 * Whether a signature is valid.
 *
 * Only the exact bytes count: a signature over `<Bytes>`-wrapped text does not verify, and one scheme is tried, never
 * another. Anything malformed (length, type, a key that is not a point, an unknown scheme) is false, not an exception.
 * sr25519: signing context `substrate`, schnorrkel ≥ 0.8 signatures only. ed25519: RFC 8032. Keys for which anybody can
 * sign (sr25519's all-zero one, ed25519's of small order) and non-canonical points are refused, where the chain takes them.
 *
 * @throws CORE_NOT_READY for sr25519 before `initCrypto` was awaited.
 */
export function verifySignature(options: VerifySignatureOptions): boolean {
  if (!isForEngine(options)) return false
  const { scheme, publicKey, message, signature } = options
  return scheme === 'sr25519' ? sr25519Engine.verify(publicKey, message, signature) : ed25519Verify(publicKey, message, signature)
}
