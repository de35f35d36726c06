import { TensorKitError } from '../errors/tensorkit-error.js'
import type { SignatureScheme } from '../interfaces/signer.js'
import { assertScheme, createKeyPair, type KeyPair, keyPairFromSeed } from './key-pair.js'

/**
 * Shifts the 32-byte scalar at the start of a secret by 3 bits: times or divided by 8, the cofactor, in which sp-core's
 * form of an sr25519 secret differs from @polkadot's.
 */
function shiftScalar(secret: Uint8Array, direction: 'times8' | 'by8'): Uint8Array {
  const out = Uint8Array.from(secret)
  for (let i = 0; i < 32; i++) {
    const byte = secret[i] as number
    const low = i === 0 ? 0 : (secret[i - 1] as number)
    const high = i === 31 ? 0 : (secret[i + 1] as number)
    out[i] = direction === 'times8' ? ((byte << 3) | (low >> 5)) & 0xff : (byte >> 3) | ((high << 5) & 0xff)
  }
  return out
}

const malformed = () => new TensorKitError('CORE_INVALID_ARGUMENT', 'The private key is malformed')

/**
 * The key pair of a private key in sp-core's form, which `subkey`, btwallet and Bittensor's key files use.
 *
 * sr25519: 32 bytes are a seed, 64 bytes the scalar ‖ nonce seed of schnorrkel's `SecretKey::to_bytes` (not the form of
 * @polkadot/keyring, whose scalar is 8 times as large). ed25519: the first 32 of 32 or 64 bytes are the seed.
 *
 * @throws CORE_INVALID_ARGUMENT if the length or the scalar is wrong; CORE_NOT_READY for a 32-byte sr25519 key before `initCrypto`.
 */
export async function keyPairFromPrivateKey(privateKey: Uint8Array, scheme: SignatureScheme = 'sr25519'): Promise<KeyPair> {
  assertScheme(scheme)
  if (!(privateKey instanceof Uint8Array) || (privateKey.length !== 32 && privateKey.length !== 64)) throw malformed()
  if (privateKey.length === 32 || scheme === 'ed25519') return keyPairFromSeed(privateKey.slice(0, 32), scheme)
  // A scalar is below 2^253: higher bits would be lost by the shift and give another key.
  if (((privateKey[31] as number) & 0xe0) !== 0) throw malformed()
  const secretKey = shiftScalar(privateKey, 'times8')
  // The engine has no "public key of a secret"; this path is rare, so that the library is loaded only here.
  const { getPublicKey } = await import('@scure/sr25519')
  let publicKey: Uint8Array
  try {
    publicKey = getPublicKey(secretKey)
  } catch {
    secretKey.fill(0)
    throw malformed()
  }
  return createKeyPair('sr25519', Uint8Array.from(publicKey), secretKey)
}

/**
 * A pair's private key in sp-core's form: the inverse of {@link keyPairFromPrivateKey}.
 *
 * @returns sr25519: 64 bytes; ed25519: the 32-byte seed. A fresh copy: zero it after use.
 */
export function exportPrivateKey(pair: KeyPair): Uint8Array {
  assertScheme(pair.scheme)
  return pair.scheme === 'sr25519' ? shiftScalar(pair.secretKey, 'by8') : pair.secretKey.slice(0, 32)
}
