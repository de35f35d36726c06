import { lstat, readdir } from 'node:fs/promises'
import { type ErrorCode, type Ss58Address, toTensorKitError } from '@tensorkit/core'
import { initCrypto } from '@tensorkit/core/crypto'
import { errnoOf, ioError } from './files/io-error.js'
import { encryptionOf, parseKeyFile } from './files/parse-key-file.js'
import { assertRealDirectory, readKeyFile } from './files/read-key-file.js'
import { isKeyName, walletPaths, walletRoot } from './files/wallet-paths.js'
import { readPublicAddress } from './open-wallet.js'

/** One hotkey of a listed wallet. */
export interface ListedHotkey {
  readonly name: string
  /** Absent if it cannot be told: see `problem`. */
  readonly address?: Ss58Address
  readonly isEncrypted: boolean
  /** Why this version could not open it, if so. */
  readonly problem?: ErrorCode
}

/** One wallet in the directory. */
export interface ListedWallet {
  readonly name: string
  readonly coldkeyAddress?: Ss58Address
  /** Whether the coldkey's secret is on this machine, encrypted or not. */
  readonly hasColdkey: boolean
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
    isEncrypted = encryptionOf(bytes) !== undefined
    if (isEncrypted) {
      const address = await readPublicAddress(paths.hotkeyPub)
      return { name, ...(address === undefined ? {} : { address }), isEncrypted, problem: 'WALLET_ENCRYPTED' }
    }
    const { address, pair } = await parseKeyFile(bytes, paths.hotkey)
    bytes.fill(0)
    pair?.wipe()
    return { name, address, isEncrypted, ...(pair === undefined ? { problem: 'WALLET_MALFORMED' as const } : {}) }
  } catch (error) {
    return { name, isEncrypted, problem: codeOf(error) }
  }
}

async function listWallet(name: string, path: string): Promise<ListedWallet | undefined> {
  const paths = walletPaths({ name, path })
  const stats = await lstat(paths.wallet).catch(() => undefined)
  // A stray file is not a wallet; a link to a directory is one that we refuse.
  if (stats === undefined || stats.isFile()) return undefined
  try {
    await assertRealDirectory(paths.wallet)
    const hasColdkey = (await lstat(paths.coldkey).catch(() => undefined)) !== undefined
    const hotkeyNames = await names(paths.hotkeys)
    const hotkeys = []
    for (const hotkey of hotkeyNames) hotkeys.push(await listHotkey({ name, hotkey, path }))
    try {
      const coldkeyAddress = await readPublicAddress(paths.coldkeyPub)
      return { name, ...(coldkeyAddress === undefined ? {} : { coldkeyAddress }), hasColdkey, hotkeys }
    } catch (error) {
      return { name, hasColdkey, hotkeys, problem: codeOf(error) }
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
