import { lstat, readdir } from 'node:fs/promises'
import { type ErrorCode, type Ss58Address, toTensorKitError } from '@tensorkit/core'
import { initCrypto } from '@tensorkit/core/crypto'
import { errnoOf, ioError } from './files/io-error.js'
import { readPublicAddress } from './files/read-key.js'
import { assertRealDirectory, readKeyFile } from './files/read-key-file.js'
import { isKeyName, walletPaths, walletRoot } from './files/wallet-paths.js'
import type { KeyFileEncryption } from './formats/key-cipher.js'
import { encryptionOf } from './formats/open-key-file.js'
import { parsePlainKey } from './formats/parse-plain-key.js'
import { wipeKey } from './formats/parsed-key.js'

/** One hotkey of a listed wallet. */
export interface ListedHotkey {
  readonly name: string
  /** Absent if it cannot be told: see `problem`. */
  readonly address?: Ss58Address
  readonly isEncrypted: boolean
  /** How it is encrypted, if it is. */
  readonly encryption?: KeyFileEncryption
  /** Why it cannot be opened, whatever the password, if so. */
  readonly problem?: ErrorCode
}

/** One wallet in the directory. */
export interface ListedWallet {
  readonly name: string
  readonly coldkeyAddress?: Ss58Address
  /** Whether the coldkey's secret is on this machine, encrypted or not. */
  readonly hasColdkey: boolean
  /** How the coldkey is encrypted; absent if it is not, or not here. */
  readonly coldkeyEncryption?: KeyFileEncryption
  readonly hotkeys: readonly ListedHotkey[]
  /** Why the wallet could not be read, if so. */
  readonly problem?: ErrorCode
}

/** What {@link listWallets} takes. */
export interface ListWalletsOptions {
  /** The directory that holds the wallets. @defaultValue `~/.bittensor/wallets` */
  readonly path?: string
}

async function names(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter(isKeyName).sort()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw ioError(error, 'The wallet directory could not be read', directory)
  }
}

const codeOf = (error: unknown): ErrorCode =>
  toTensorKitError(error, { code: 'WALLET_IO', shortMessage: 'A key file could not be read' }).code

async function listHotkey(location: { readonly name: string; readonly hotkey: string; readonly path: string }): Promise<ListedHotkey> {
  const paths = walletPaths(location)
  const name = location.hotkey
  let isEncrypted = false
  try {
    const bytes = await readKeyFile(paths.hotkey, { isSecret: true })
    if (bytes === undefined) return { name, isEncrypted, problem: 'WALLET_NOT_FOUND' }
    const encryption = encryptionOf(bytes)
    isEncrypted = encryption !== undefined
    if (encryption !== undefined) {
      const address = await readPublicAddress(paths.hotkeyPub)
      return { name, ...(address && { address }), isEncrypted, encryption }
    }
    const key = await parsePlainKey(bytes, paths.hotkey)
    bytes.fill(0)
    wipeKey(key)
    const { address, pair } = key
    return { name, address, isEncrypted, ...(pair === undefined ? { problem: 'WALLET_MALFORMED' as const } : {}) }
  } catch (error) {
    return { name, isEncrypted, problem: codeOf(error) }
  }
}

/** Whether there is a coldkey, and how it is encrypted. What is wrong with it is for `inspectWallet` to say. */
async function readColdkey(file: string): Promise<Pick<ListedWallet, 'hasColdkey' | 'coldkeyEncryption'>> {
  const hasColdkey = (await lstat(file).catch(() => undefined)) !== undefined
  const bytes = await readKeyFile(file, { isSecret: true }).catch(() => undefined)
  const coldkeyEncryption = bytes && encryptionOf(bytes)
  bytes?.fill(0)
  return { hasColdkey, ...(coldkeyEncryption && { coldkeyEncryption }) }
}

async function listWallet(name: string, path: string): Promise<ListedWallet | undefined> {
  const paths = walletPaths({ name, path })
  const stats = await lstat(paths.wallet).catch(() => undefined)
  // A stray file is not a wallet; a link to a directory is one that we refuse.
  if (stats === undefined || stats.isFile()) return undefined
  try {
    await assertRealDirectory(paths.wallet)
    const coldkey = await readColdkey(paths.coldkey)
    const hotkeyNames = await names(paths.hotkeys)
    const hotkeys = []
    for (const hotkey of hotkeyNames) hotkeys.push(await listHotkey({ name, hotkey, path }))
    try {
      const coldkeyAddress = await readPublicAddress(paths.coldkeyPub)
      return { name, ...(coldkeyAddress && { coldkeyAddress }), ...coldkey, hotkeys }
    } catch (error) {
      return { name, ...coldkey, hotkeys, problem: codeOf(error) }
    }
  } catch (error) {
    return { name, hasColdkey: false, hotkeys: [], problem: codeOf(error) }
  }
}

/**
 * The wallets in a directory, by name. One that cannot be read is listed with the reason; none makes the others fail.
 *
 * @returns An empty list if the directory does not exist.
 * @throws WALLET_IO if the directory itself cannot be read.
 */
export async function listWallets({ path }: ListWalletsOptions = {}): Promise<readonly ListedWallet[]> {
  await initCrypto()
  const root = walletRoot(path)
  const wallets = []
  for (const name of await names(root)) wallets.push(await listWallet(name, root))
  return wallets.filter((wallet) => wallet !== undefined)
}
