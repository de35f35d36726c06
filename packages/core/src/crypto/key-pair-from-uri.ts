import { sr25519DeriveKeypairHard, sr25519DeriveKeypairSoft } from '@polkadot/wasm-crypto'
import { TensorKitError } from '../errors/tensorkit-error.js'
import type { SignatureScheme } from '../interfaces/signer.js'
import { blake2b256 } from './hashes.js'
import { assertReady } from './init-crypto.js'
import { assertScheme, fromSr25519Bytes, type KeyPair, keyPairFromSeed } from './key-pair.js'
import { mnemonicToSeed } from './mnemonic.js'
import { type Junction, parseSecretUri } from './secret-uri.js'

// SCALE of the string 'Ed25519HDKD'.
const ed25519Context = Uint8Array.of(0x2c, ...new TextEncoder().encode('Ed25519HDKD'))

function rootSeed(phrase: string, password: string): Uint8Array {
  if (!phrase.startsWith('0x')) return mnemonicToSeed(phrase, password)
  if (/^0x[0-9a-fA-F]{64}$/.test(phrase)) return Uint8Array.from(Buffer.from(phrase.slice(2), 'hex'))
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A seed in a secret URI must be 0x and 64 hex digits')
}

function deriveSr25519(seed: Uint8Array, path: readonly Junction[]): KeyPair {
  assertReady()
  const root = keyPairFromSeed(seed, 'sr25519')
  let bytes: Uint8Array = new Uint8Array(96)
  bytes.set(root.secretKey)
  bytes.set(root.publicKey, 64)
  root.wipe()
  for (const { hard, chainCode } of path) {
    const next = (hard ? sr25519DeriveKeypairHard : sr25519DeriveKeypairSoft)(bytes, chainCode)
    bytes.fill(0)
    bytes = next
  }
  return fromSr25519Bytes(bytes)
}

function deriveEd25519(seed: Uint8Array, path: readonly Junction[]): KeyPair {
  let current = Uint8Array.from(seed)
  for (const { hard, chainCode } of path) {
    if (!hard) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'ed25519 has hard derivation (//) only')
    const input = Buffer.concat([ed25519Context, current, chainCode])
    current.fill(0)
    current = Uint8Array.from(blake2b256(input))
    input.fill(0)
  }
  try {
    return keyPairFromSeed(current, 'ed25519')
  } finally {
    current.fill(0)
  }
}

/**
 * The key pair of a secret URI: `<mnemonic or 0x seed>//hard/soft///password`.
 *
 * Without a mnemonic the well-known development phrase is meant: `//Alice`.
 *
 * @throws CORE_INVALID_ARGUMENT if the URI is malformed, or soft derivation is asked of ed25519; WALLET_BAD_MNEMONIC;
 * CORE_NOT_READY for sr25519 before `initCrypto`. No message repeats any part of the URI.
 * @example
 * ```ts
 * await initCrypto()
 * const alice = keyPairFromUri('//Alice')
 * ```
 * Source: sp-core `Pair::from_string`.
 */
export function keyPairFromUri(uri: string, scheme: SignatureScheme = 'sr25519'): KeyPair {
  assertScheme(scheme)
  const { phrase, path, password } = parseSecretUri(uri)
  const seed = rootSeed(phrase, password)
  try {
    return scheme === 'sr25519' ? deriveSr25519(seed, path) : deriveEd25519(seed, path)
  } finally {
    seed.fill(0)
  }
}
