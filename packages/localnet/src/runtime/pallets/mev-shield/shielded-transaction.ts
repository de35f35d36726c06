import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { Binary, Twox128 } from '@polkadot-api/substrate-bindings'

/** Whoever holds it opens what was sealed for it. */
export interface ShieldKey {
  /** What clients seal with: ML-KEM-768, 1,184 bytes. */
  readonly encapsulationKey: Uint8Array
  readonly decapsulationKey: Uint8Array
}

interface ShieldedTransaction {
  /** Twox128 of the key that it was sealed with. */
  readonly keyHash: Uint8Array
  readonly encapsulated: Uint8Array
  readonly nonce: Uint8Array
  readonly sealed: Uint8Array
}

/** Bytes of a secret that ML-KEM-768 has encapsulated. */
export const SEALED_SECRET_BYTES = 1088

const KEY_HASH_BYTES = 16
const NONCE_BYTES = 24

/** A key from 64 bytes of seed. */
export function shieldKey(seed: Uint8Array): ShieldKey {
  const { publicKey, secretKey } = ml_kem768.keygen(seed)
  return { encapsulationKey: publicKey, decapsulationKey: secretKey }
}

/**
 * Takes a carrier's ciphertext apart.
 *
 * @returns Undefined if it is too short for what it says.
 *
 * Source: `ShieldedTransaction::parse`: hash of the key, length (u16 LE) and bytes of the encapsulated secret, nonce, sealed extrinsic.
 */
export function parseShielded(ciphertext: Uint8Array): ShieldedTransaction | undefined {
  const [low, high] = [ciphertext[KEY_HASH_BYTES], ciphertext[KEY_HASH_BYTES + 1]]
  if (low === undefined || high === undefined) return undefined
  const start = KEY_HASH_BYTES + 2
  const end = start + low + 256 * high
  if (ciphertext.length < end + NONCE_BYTES) return undefined
  return {
    keyHash: ciphertext.slice(0, KEY_HASH_BYTES),
    encapsulated: ciphertext.slice(start, end),
    nonce: ciphertext.slice(end, end + NONCE_BYTES),
    sealed: ciphertext.slice(end + NONCE_BYTES),
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Binary.toHex(a) === Binary.toHex(b)

/**
 * Opens a carrier's ciphertext.
 *
 * @returns The extrinsic inside, with its length prefix; undefined if it was sealed with another key, or badly.
 *
 * Source: subtensor `try_unshield_tx`: ML-KEM-768, XChaCha20-Poly1305.
 */
export function openShielded(ciphertext: Uint8Array, key: ShieldKey): Uint8Array | undefined {
  const parts = parseShielded(ciphertext)
  if (!parts || !sameBytes(parts.keyHash, Twox128(key.encapsulationKey))) return undefined
  try {
    const secret = ml_kem768.decapsulate(parts.encapsulated, key.decapsulationKey)
    return xchacha20poly1305(secret, parts.nonce).decrypt(parts.sealed)
  } catch {
    // The author of a block leaves out what does not open.
    return undefined
  }
}
