import { decodeSs58, encodeSs58, type SignatureScheme, type Ss58Address, ss58Address, TensorKitError } from '@tensorkit/core'
import { initCrypto } from '@tensorkit/core/crypto'
import { makeDirectory } from '@tensorkit/core/node'
import { encodePublicKeyFile } from './files/encode-key-file.js'
import { errnoOf, ioError } from './files/io-error.js'
import { publicFileOf, readPublicAddress, secretFileOf } from './files/read-key.js'
import { assertRealDirectory } from './files/read-key-file.js'
import { assertAbsent, type NewKeyFile, takenError, wipeContents } from './files/staging.js'
import { type WalletLocation, type WalletPaths, walletPaths } from './files/wallet-paths.js'
import { addKeyFiles } from './files/write-key-files.js'
import { hexBytes } from './formats/hex-bytes.js'
import { type KeySource, resolveKeySource, type SourcedKey, wipeKeys } from './key-source.js'
import type { Password, PasswordSource } from './passwords/password.js'
import { secretContent } from './secret-content.js'
import { type DerivationOptions, derivationOptions } from './unlock/unlock-options.js'
import type { WalletKey } from './wallet-key.js'

/** The public part of a key that is kept elsewhere. */
export type PublicKeySource = { readonly address: string } | { readonly publicKey: Uint8Array | string }

/** What {@link regenKey} takes. */
export interface RegenKeyOptions extends WalletLocation, DerivationOptions {
  readonly key: WalletKey
  /** The key: its secret in any form, a key file's content, or its public part alone. */
  readonly source: KeySource | PublicKeySource
  /** Encrypts the secret. A coldkey needs it, or `plaintext`. */
  readonly password?: Password | PasswordSource
  /** Allows a coldkey to be written unencrypted: for development, with no funds on it. @defaultValue false */
  readonly plaintext?: boolean
  /** @defaultValue `sr25519`; that of the file, for a key file. */
  readonly scheme?: SignatureScheme
}

/** What {@link regenKey} did. */
export interface RegeneratedKey {
  readonly address: Ss58Address
  /** The files that were written: those that were there already are not named. */
  readonly files: readonly string[]
}

function publicKeyOf(source: KeySource | PublicKeySource): Uint8Array | undefined {
  if ('address' in source && source.address !== undefined) return decodeSs58(ss58Address(source.address))
  if (!('publicKey' in source) || source.publicKey === undefined) return undefined
  const { publicKey } = source
  const bytes = typeof publicKey === 'string' ? hexBytes(publicKey) : publicKey
  if (bytes instanceof Uint8Array && bytes.length === 32) return bytes
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A public key must be 32 bytes, or their hex')
}

/** The public file, unless one of the same key is there. */
async function missingPublicFile(file: string, content: string, address: Ss58Address): Promise<NewKeyFile[]> {
  const present = await readPublicAddress(file)
  if (present === undefined) return [{ file, content }]
  if (present === address) return []
  throw takenError(file, 'public key file, of another key')
}

/** The wallet's directory, made if it is not there. */
async function ensureWallet({ root, wallet }: WalletPaths): Promise<void> {
  try {
    await makeDirectory(root)
    await makeDirectory(wallet)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw ioError(error, 'The wallet could not be made', wallet)
  }
  await assertRealDirectory(wallet)
}

/**
 * Writes a key anew from its secret, or imports one: what Bittensor calls regen.
 *
 * The wallet's directory is made if there is none, and the files of the key that are missing are added, both or neither. A secret file
 * that is there is never replaced; a public file that is there must be of the same key.
 *
 * @throws WALLET_EXISTS; CORE_INVALID_ARGUMENT for a coldkey without a password; WALLET_BAD_MNEMONIC; CORE_ADDRESS_INVALID; WALLET_MALFORMED,
 * WALLET_ENCRYPTED and WALLET_BAD_PASSWORD of a key file that is imported; WALLET_LOCKED; WALLET_UNSAFE_FILE; WALLET_IO; the errors of a
 * key derivation.
 * @example
 * ```ts
 * await regenKey({ name: 'miner', key: 'hotkey', source: { mnemonic } })
 * ```
 */
export async function regenKey(options: RegenKeyOptions): Promise<RegeneratedKey> {
  const { key, source, password, plaintext, scheme = 'sr25519' } = options
  const paths = walletPaths(options)
  await initCrypto()
  const publicKey = publicKeyOf(source)
  if (publicKey !== undefined) {
    const address = encodeSs58(publicKey)
    const content = encodePublicKeyFile({ scheme, publicKey })
    await ensureWallet(paths)
    const files = await addKeyFiles(paths, () => missingPublicFile(publicFileOf(paths, key), content, address), options)
    return { address, files: files.map(({ file }) => file) }
  }
  if (key === 'coldkey' && password === undefined && plaintext !== true)
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A coldkey needs a password', {
      remedy: 'Give password; or plaintext: true, without funds.',
    })
  const secretFile = secretFileOf(paths, key)
  await assertAbsent([secretFile])
  const sourced = await resolveKeySource(source as KeySource, scheme, options)
  try {
    return await writeKey(paths, sourced, options)
  } finally {
    wipeKeys(sourced)
  }
}

async function writeKey(paths: WalletPaths, sourced: SourcedKey, options: RegenKeyOptions): Promise<RegeneratedKey> {
  const { key, password } = options
  const secretFile = secretFileOf(paths, key)
  const address = encodeSs58(sourced.pair.publicKey)
  const publicContent = encodePublicKeyFile(sourced.pair)
  // Told before the password is asked for and a key derived.
  await missingPublicFile(publicFileOf(paths, key), publicContent, address)
  const content = await secretContent(sourced, { key, file: secretFile }, { ...derivationOptions(options), password })
  try {
    await ensureWallet(paths)
    const files = await addKeyFiles(
      paths,
      async () => [{ file: secretFile, content }, ...(await missingPublicFile(publicFileOf(paths, key), publicContent, address))],
      options,
    )
    return { address, files: files.map(({ file }) => file) }
  } finally {
    wipeContents([{ file: secretFile, content }])
  }
}
