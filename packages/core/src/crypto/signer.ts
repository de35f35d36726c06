import { sr25519Sign } from '@polkadot/wasm-crypto'
import { TensorKitError } from '../errors/tensorkit-error.js'
import type { Ss58Address } from '../identity/brands.js'
import type { SignatureScheme, Signer } from '../interfaces/signer.js'
import { encodeSs58 } from '../ss58/ss58.js'
import { ed25519PrivateKey, ed25519Sign } from './ed25519.js'
import { assertReady, initCrypto } from './init-crypto.js'
import { assertScheme, type KeyPair } from './key-pair.js'
import { keyPairFromUri } from './key-pair-from-uri.js'

/** A {@link Signer} that signs at once, in this process. */
export interface LocalSigner extends Signer {
  /**
   * As `Signer.sign`, but never a promise. sr25519 takes fresh randomness each time, from a ChaCha generator that the
   * runtime's cryptographic source seeds, mixed with the key's own nonce seed and the message.
   */
  sign(message: Uint8Array): Uint8Array
}

class KeyPairSigner implements LocalSigner {
  readonly address: Ss58Address
  readonly publicKey: Uint8Array
  readonly scheme: SignatureScheme
  // An own property, so that it also works unbound and in a copy.
  readonly sign: (message: Uint8Array) => Uint8Array
  // Private, so that whoever is handed a signer gets signatures and not the secret.
  readonly #pair: KeyPair

  constructor(pair: KeyPair, signBytes: (message: Uint8Array) => Uint8Array) {
    this.#pair = pair
    this.scheme = pair.scheme
    this.publicKey = pair.publicKey
    this.address = encodeSs58(pair.publicKey)
    this.sign = (message) => {
      if (!(message instanceof Uint8Array)) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A message to sign must be a Uint8Array')
      return signBytes(message)
    }
  }

  static pairOf(signer: Signer): KeyPair | undefined {
    return #pair in signer ? signer.#pair : undefined
  }
}

/** The pair of a signer that {@link signerFromKeyPair} made; undefined for any other, whose secret lives elsewhere. */
export const keyPairOfSigner = (signer: Signer): KeyPair | undefined => KeyPairSigner.pairOf(signer)

/**
 * A signer over a key pair in memory.
 *
 * The pair's secret is read at each sr25519 signature: after `pair.wipe()` the signer throws CORE_CLOSED. ed25519 keys
 * are copied into node:crypto once.
 *
 * @throws CORE_INVALID_ARGUMENT if the pair is malformed; CORE_NOT_READY for sr25519 before `initCrypto`.
 */
export function signerFromKeyPair(pair: KeyPair): LocalSigner {
  const { scheme, publicKey } = pair
  assertScheme(scheme)
  // The engine stops the whole WebAssembly instance on a secret of a wrong length.
  if (!(pair.secretKey instanceof Uint8Array) || pair.secretKey.length !== 64) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A secret key must be a Uint8Array of 64 bytes')
  }
  let signBytes: (message: Uint8Array) => Uint8Array
  if (scheme === 'sr25519') {
    assertReady()
    signBytes = (message) => sr25519Sign(publicKey, pair.secretKey, message)
  } else {
    const key = ed25519PrivateKey(pair.secretKey.subarray(0, 32))
    signBytes = (message) => ed25519Sign(key, message)
  }
  return new KeyPairSigner(pair, signBytes)
}

/**
 * A signer for a secret URI such as `//Alice`; starts the engine first.
 *
 * @throws as `keyPairFromUri`.
 */
export async function signerFromUri(uri: string, scheme: SignatureScheme = 'sr25519'): Promise<LocalSigner> {
  await initCrypto()
  return signerFromKeyPair(keyPairFromUri(uri, scheme))
}
