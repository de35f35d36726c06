import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

// DER headers of RFC 8410, so that raw keys can be handed to node:crypto without a JWK's base64.
const pkcs8Header = Uint8Array.from([0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20])
const spkiHeader = Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00])

/** A 32-byte seed in PKCS #8: a copy of the secret, the caller's to wipe. */
export const ed25519PrivateDer = (seed: Uint8Array): Buffer => Buffer.concat([pkcs8Header, seed])

/** A 32-byte public key as SubjectPublicKeyInfo. */
export const ed25519PublicDer = (publicKey: Uint8Array): Buffer => Buffer.concat([spkiHeader, publicKey])

/** The key of a 32-byte seed, as node:crypto holds it. */
export function ed25519PrivateKey(seed: Uint8Array): KeyObject {
  const der = ed25519PrivateDer(seed)
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } finally {
    der.fill(0)
  }
}

/** The 32-byte public key of a private one. */
export function ed25519PublicKey(privateKey: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(spkiHeader.length))
}

/** Signs as RFC 8032 says: deterministic, 64 bytes. */
export function ed25519Sign(privateKey: KeyObject, message: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, privateKey))
}

/** y-coordinates, little-endian hex without the sign bit, of all points whose order divides 8. */
const smallOrder = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

function isWeakPoint(point: Uint8Array): boolean {
  const y = Buffer.from(point)
  y[31] = (y[31] as number) & 0x7f
  // y >= 2^255 - 19 is a second spelling of another point.
  const nonCanonical = y[31] === 0x7f && (y[0] as number) >= 0xed && y.subarray(1, 31).every((byte) => byte === 0xff)
  return nonCanonical || smallOrder.has(y.toString('hex'))
}

/**
 * Whether our rules refuse a key or a signature before the engine is asked. All lengths were checked by the caller.
 *
 * OpenSSL checks `s < L` and compares R byte for byte (no cofactor), but takes public keys of small order, under which
 * anybody can sign anything, and non-canonical ones, which would give one key two addresses. Those are refused here, as
 * `verify_strict` of ed25519-dalek does. The chain follows ZIP-215, which takes more; what an honest signer makes, both take.
 */
export function isWeakEd25519(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return isWeakPoint(publicKey) || isWeakPoint(signature.subarray(0, 32))
}

/** Verifies one signature that {@link isWeakEd25519} lets through. */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(null, message, createPublicKey({ key: ed25519PublicDer(publicKey), format: 'der', type: 'spki' }), signature)
  } catch {
    // Not a point of the curve.
    return false
  }
}
