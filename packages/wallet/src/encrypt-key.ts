import { TensorKitError } from '@tensorkit/core'
import { initCrypto } from '@tensorkit/core/crypto'
import { encodeSecretKeyFile } from './files/encode-key-file.js'
import { readSecretFile, readSecretKey, secretFileOf } from './files/read-key.js'
import { type WalletLocation, type WalletPaths, walletPaths } from './files/wallet-paths.js'
import { replaceKeyFile } from './files/write-key-files.js'
import { encryptionOf } from './formats/open-key-file.js'
import { wipeKey } from './formats/parsed-key.js'
import type { Password, PasswordSource } from './passwords/password.js'
import { secretContent } from './secret-content.js'
import { type DerivationOptions, derivationOptions, type UnlockOptions } from './unlock/unlock-options.js'
import type { WalletKey } from './wallet-key.js'

/** What {@link encryptKey} takes. */
export interface EncryptKeyOptions extends WalletLocation, DerivationOptions {
  readonly key: WalletKey
  /** The new password. */
  readonly password: Password | PasswordSource
  /** That of a file that is encrypted already: it is encrypted anew, as `$NACL`. */
  readonly oldPassword?: Password | PasswordSource
}

/** What {@link decryptKey} takes. */
export interface DecryptKeyOptions extends WalletLocation, UnlockOptions {
  readonly key: WalletKey
  /** Says that the key is to lie on the disk in plain text: a coldkey is not decrypted without it. @defaultValue false */
  readonly plaintext?: boolean
}

/**
 * Reads the file, has its new content made, and puts that in place if the file is still the same. Making it takes seconds,
 * for which no lock is held.
 */
async function rewrite(
  paths: WalletPaths,
  key: WalletKey,
  signal: AbortSignal | undefined,
  make: (old: Buffer) => Promise<Uint8Array>,
): Promise<{ readonly file: string }> {
  const file = secretFileOf(paths, key)
  const old = await readSecretFile(file, key)
  let content: Uint8Array | undefined
  try {
    const made = await make(old)
    content = made
    const change = async () => {
      const now = await readSecretFile(file, key)
      const isSame = now.equals(old)
      now.fill(0)
      if (isSame) return made
      throw new TensorKitError('WALLET_LOCKED', 'The key file was changed meanwhile', { facts: { file } })
    }
    await replaceKeyFile(paths, file, change, { signal })
    return { file }
  } finally {
    old.fill(0)
    content?.fill(0)
  }
}

/**
 * Encrypts a key file as Bittensor does (`$NACL`), or encrypts it anew under another password. The file is replaced by a rename: a
 * killed process leaves the old one or the new one. The disk may keep the old content in blocks that are free now.
 *
 * @returns The file.
 * @throws CORE_INVALID_ARGUMENT if it is encrypted and no `oldPassword` was given, or if there is no new password; WALLET_BAD_PASSWORD for a
 * wrong old one; WALLET_NOT_FOUND; WALLET_MALFORMED; WALLET_UNSAFE_FILE; WALLET_LOCKED; WALLET_IO; the errors of a key derivation.
 */
export async function encryptKey(options: EncryptKeyOptions): Promise<{ readonly file: string }> {
  const { key, password, oldPassword, signal } = options
  const paths = walletPaths(options)
  const file = secretFileOf(paths, key)
  if (password === undefined) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A new password is needed')
  await initCrypto()
  return rewrite(paths, key, signal, async (old) => {
    if (encryptionOf(old) !== undefined && oldPassword === undefined) {
      throw new TensorKitError('CORE_INVALID_ARGUMENT', `The ${key} is encrypted already`, {
        facts: { file },
        remedy: 'Give oldPassword, to encrypt it anew under another password.',
      })
    }
    const waiting = derivationOptions(options)
    const parsed = await readSecretKey(file, key, { ...waiting, ...(oldPassword !== undefined && { password: oldPassword }) })
    try {
      return await secretContent(parsed, { key, file }, { ...waiting, password })
    } finally {
      wipeKey(parsed)
    }
  })
}

/**
 * Decrypts a key file: it lies on the disk in plain text from then on, readable by its owner alone.
 *
 * @returns The file.
 * @throws CORE_INVALID_ARGUMENT for a coldkey without `plaintext: true`, and for a file that is not encrypted; WALLET_ENCRYPTED without a
 * password; WALLET_BAD_PASSWORD; the others of {@link encryptKey}.
 */
export async function decryptKey(options: DecryptKeyOptions): Promise<{ readonly file: string }> {
  const { key, plaintext, signal } = options
  const paths = walletPaths(options)
  const file = secretFileOf(paths, key)
  if (key === 'coldkey' && plaintext !== true) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A coldkey is not written in plain text unasked', {
      remedy: 'Set plaintext: true, for a coldkey without funds.',
    })
  }
  await initCrypto()
  return rewrite(paths, key, signal, async (old) => {
    if (encryptionOf(old) === undefined)
      throw new TensorKitError('CORE_INVALID_ARGUMENT', `The ${key} is not encrypted`, { facts: { file } })
    const parsed = await readSecretKey(file, key, options)
    try {
      return encodeSecretKeyFile(parsed)
    } finally {
      wipeKey(parsed)
    }
  })
}
