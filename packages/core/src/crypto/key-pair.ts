import { sr25519KeypairFromSeed } from '@polkadot/wasm-crypto'
import { TensorKitError } from '../errors/tensorkit-error.js'
import type { SignatureScheme } from '../interfaces/signer.js'
import { ed25519PrivateKey, ed25519PublicKey } from './ed25519.js'
import { assertReady } from './init-crypto.js'

/** A secret key in memory. Printing it or turning it into JSON shows the public part alone. */
export interface KeyPair {
  readonly scheme: SignatureScheme
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /**
   * 64 bytes, in the form of @polkadot/keyring. sr25519: scalar times the cofactor (the "ed25519" form) ‖ nonce.
   * ed25519: seed ‖ public key. Not enumerable.
   *
   * @throws CORE_CLOSED after `wipe()`.
   */
  readonly secretKey: Uint8Array
  /** Overwrites the secret with zeros. Copies that the runtime or the engine made cannot be reached. */
  wipe(): void
}

class SecretKeyPair implements KeyPair {
  readonly scheme: SignatureScheme
  readonly publicKey: Uint8Array
  // Private, so that neither inspect nor JSON can show it.
  #secretKey: Uint8Array | undefined

  constructor(scheme: SignatureScheme, publicKey: Uint8Array, secretKey: Uint8Array) {
    this.scheme = scheme
    this.publicKey = publicKey
    this.#secretKey = secretKey
  }

  get secretKey(): Uint8Array {
    if (this.#secretKey === undefined) throw new TensorKitError('CORE_CLOSED', 'The secret key was wiped')
    return this.#secretKey
  }

  wipe(): void {
    this.#secretKey?.fill(0)
    this.#secretKey = undefined
  }
}

/** Makes a pair of parts that are known to fit. Takes the secret over: `wipe()` zeroes the very array. */
export function createKeyPair(scheme: SignatureScheme, publicKey: Uint8Array, secretKey: Uint8Array): KeyPair {
  return new SecretKeyPair(scheme, publicKey, secretKey)
}

/** Throws unless a scheme is one of ours: a value from a file or a flag is not type-checked. */
export function assertScheme(scheme: unknown): asserts scheme is SignatureScheme {
  if (scheme === 'sr25519' || scheme === 'ed25519') return
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The scheme must be sr25519 or ed25519')
}

/**
 * The key pair of a seed (sr25519: a mini secret, expanded as sp-core does).
 *
 * @param seed - 32 bytes; not kept and not zeroed.
 * @throws CORE_INVALID_ARGUMENT if it is not 32 bytes; CORE_NOT_READY for sr25519 before `initCrypto`.
 */
export function keyPairFromSeed(seed: Uint8Array, scheme: SignatureScheme = 'sr25519'): KeyPair {
  assertScheme(scheme)
  if (!(seed instanceof Uint8Array) || seed.length !== 32) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A seed must be a Uint8Array of 32 bytes')
  }
  if (scheme === 'sr25519') {
    assertReady()
    return fromSr25519Bytes(sr25519KeypairFromSeed(seed))
  }
  const publicKey = ed25519PublicKey(ed25519PrivateKey(seed))
  const secretKey = new Uint8Array(64)
  secretKey.set(seed)
  secretKey.set(publicKey, 32)
  return createKeyPair('ed25519', publicKey, secretKey)
}

/** Splits the engine's 96 bytes (secret ‖ public) and zeroes them. */
export function fromSr25519Bytes(bytes: Uint8Array): KeyPair {
  const pair = createKeyPair('sr25519', bytes.slice(64), bytes.slice(0, 64))
  bytes.fill(0)
  return pair
}
