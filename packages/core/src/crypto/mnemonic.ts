import { pbkdf2Sync } from 'node:crypto'
import { generateMnemonic as generateWords, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { TensorKitError } from '../errors/tensorkit-error.js'
import type { SignatureScheme } from '../interfaces/signer.js'
import { assertScheme, type KeyPair, keyPairFromSeed } from './key-pair.js'

/** How many words a mnemonic may have. */
export type MnemonicLength = 12 | 15 | 18 | 21 | 24

/**
 * A new English BIP39 mnemonic, from the runtime's cryptographic random source.
 *
 * @param words - @defaultValue 12 (128 bits), as Bittensor's wallets.
 * @throws CORE_INVALID_ARGUMENT if the count is not 12, 15, 18, 21 or 24.
 */
export function generateMnemonic(words: MnemonicLength = 12): string {
  if (![12, 15, 18, 21, 24].includes(words)) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A mnemonic has 12, 15, 18, 21 or 24 words')
  }
  return generateWords(wordlist, (words * 32) / 3)
}

/** Whether a text is an English BIP39 mnemonic with a valid checksum. */
export function isMnemonic(text: string): boolean {
  try {
    mnemonicToEntropy(singleSpaced(text), wordlist).fill(0)
    return true
  } catch {
    return false
  }
}

const singleSpaced = (text: string) => text.trim().split(/\s+/).join(' ')

/**
 * The seed of a mnemonic: Substrate's mini secret, PBKDF2 over the *entropy*, unlike BIP39's own seed.
 *
 * @returns 32 bytes, a fresh copy: zero it after use.
 * @throws WALLET_BAD_MNEMONIC if the words or their checksum are wrong.
 */
export function mnemonicToSeed(mnemonic: string, password = ''): Uint8Array {
  let entropy: Uint8Array
  try {
    entropy = mnemonicToEntropy(singleSpaced(mnemonic), wordlist)
  } catch {
    // No cause: the library's message may repeat the words.
    throw new TensorKitError('WALLET_BAD_MNEMONIC', 'The mnemonic is not valid')
  }
  const key = pbkdf2Sync(entropy, `mnemonic${password}`, 2048, 64, 'sha512')
  const seed = Uint8Array.from(key.subarray(0, 32))
  key.fill(0)
  entropy.fill(0)
  return seed
}

/** What else {@link keyPairFromMnemonic} takes. */
export interface KeyPairFromMnemonicOptions {
  /** @defaultValue `sr25519`, what Bittensor's wallets use. */
  readonly scheme?: SignatureScheme
  /** The mnemonic's password. @defaultValue none. */
  readonly password?: string
}

/**
 * The key pair of a mnemonic, without derivation.
 *
 * Source: substrate-bip39 (PBKDF2-HMAC-SHA512 over the entropy, salt `mnemonic` + password, 2048 rounds, first 32 bytes).
 *
 * @throws WALLET_BAD_MNEMONIC if the words or their checksum are wrong; CORE_NOT_READY for sr25519 before `initCrypto`.
 */
export function keyPairFromMnemonic(mnemonic: string, { scheme = 'sr25519', password = '' }: KeyPairFromMnemonicOptions = {}): KeyPair {
  assertScheme(scheme)
  const seed = mnemonicToSeed(mnemonic, password)
  try {
    return keyPairFromSeed(seed, scheme)
  } finally {
    seed.fill(0)
  }
}
