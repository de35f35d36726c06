import { dirname } from 'node:path'
import { type Ss58Address, TensorKitError } from '@tensorkit/core'
import { encryptionOf, openKeyFile } from '../formats/open-key-file.js'
import { parsePlainKey } from '../formats/parse-plain-key.js'
import { type ParsedKey, wipeKey } from '../formats/parsed-key.js'
import type { UnlockOptions } from '../unlock/unlock-options.js'
import type { WalletKey } from '../wallet-key.js'
import { assertRealDirectory, readKeyFile } from './read-key-file.js'
import type { WalletPaths } from './wallet-paths.js'

/** A key that has its secret. */
export type SecretParsedKey = ParsedKey & Required<Pick<ParsedKey, 'pair'>>

export const secretFileOf = (paths: WalletPaths, key: WalletKey) => (key === 'hotkey' ? paths.hotkey : paths.coldkey)
export const publicFileOf = (paths: WalletPaths, key: WalletKey) => (key === 'hotkey' ? paths.hotkeyPub : paths.coldkeyPub)

/** Links in place of the wallet or its hotkeys could lead anywhere, and change between two looks. */
async function assertNoLinks(file: string, key: WalletKey): Promise<void> {
  const directory = dirname(file)
  try {
    for (const each of key === 'hotkey' ? [dirname(directory), directory] : [directory]) await assertRealDirectory(each)
  } catch (error) {
    // What is not there is told of as the missing key.
    if (!TensorKitError.isInstance(error) || error.code !== 'WALLET_NOT_FOUND') throw error
  }
}

/** The content of a secret key file. @throws WALLET_NOT_FOUND, WALLET_UNSAFE_FILE, WALLET_MALFORMED, WALLET_IO. */
export async function readSecretFile(file: string, key: WalletKey): Promise<Buffer> {
  await assertNoLinks(file, key)
  const bytes = await readKeyFile(file, { isSecret: true })
  if (bytes !== undefined) return bytes
  throw new TensorKitError('WALLET_NOT_FOUND', `The wallet has no such ${key} on this machine`, { facts: { file } })
}

/** Reads a secret key file, and opens it if it is encrypted. */
export async function readSecretKey(file: string, key: WalletKey, unlock: UnlockOptions = {}): Promise<SecretParsedKey> {
  const bytes = await readSecretFile(file, key)
  try {
    const parsed = await openKeyFile(bytes, { key, file }, unlock)
    const { pair } = parsed
    if (pair !== undefined) return { ...parsed, pair }
  } finally {
    bytes.fill(0)
  }
  throw new TensorKitError('WALLET_MALFORMED', `The ${key} file holds a public key only`, { facts: { file } })
}

/** What a public key file says; undefined if there is no file. */
export async function readPublicKey(file: string): Promise<Pick<ParsedKey, 'address' | 'scheme'> | undefined> {
  const bytes = await readKeyFile(file, { isSecret: false })
  if (bytes === undefined) return undefined
  if (encryptionOf(bytes) !== undefined) throw new TensorKitError('WALLET_MALFORMED', 'A public key file is encrypted', { facts: { file } })
  const key = await parsePlainKey(bytes, file)
  wipeKey(key)
  return { address: key.address, scheme: key.scheme }
}

/** The address in a public key file; undefined if there is no file. */
export const readPublicAddress = async (file: string): Promise<Ss58Address | undefined> => (await readPublicKey(file))?.address
