import { encodeSs58, type Ss58Address, TensorKitError } from '@tensorkit/core'
import { initCrypto, type KeyPair } from '@tensorkit/core/crypto'
import { readPublicAddress, readSecretKey, secretFileOf } from './files/read-key.js'
import { assertRealDirectory } from './files/read-key-file.js'
import { type WalletLocation, type WalletPaths, walletPaths } from './files/wallet-paths.js'
import { recoverIfLeft } from './files/write-key-files.js'
import type { UnlockOptions } from './unlock/unlock-options.js'
import { createWalletObject, type Wallet } from './wallet.js'

/** What {@link openWallet} takes: which wallet, and how its hotkey is opened if it is encrypted. */
export type OpenWalletOptions = WalletLocation & UnlockOptions

/**
 * Opens a wallet in Bittensor's layout and reads its hotkey.
 *
 * Files of btcli, btwallet and the Python SDK are read as they are, encrypted or not. Secret files that other users can
 * read, and links, are refused. Nothing is written, but what a killed process of TensorKit had begun is finished.
 *
 * @throws WALLET_NOT_FOUND; WALLET_ENCRYPTED for an encrypted hotkey without a password; WALLET_BAD_PASSWORD; WALLET_MALFORMED;
 * WALLET_UNSAFE_FILE; WALLET_IO; CORE_INVALID_ARGUMENT for a name that is none; CORE_BUSY, CORE_ABORTED, CORE_TIMEOUT and
 * WALLET_UNLOCK_FAILED of unlocking.
 * @example
 * ```ts
 * const wallet = await openWallet({ name: 'miner', hotkey: 'default' })
 * wallet.hotkey.address
 * ```
 * Source: Bittensor v11, `sdk/python/bittensor/wallet.py` and `keyfiles/mod.rs`.
 */
export async function openWallet(options: OpenWalletOptions = {}): Promise<Wallet> {
  const paths = walletPaths(options)
  await initCrypto()
  await assertRealDirectory(paths.wallet)
  await recoverIfLeft(paths)
  await assertRealDirectory(paths.hotkeys)
  const coldkeyAddress = await readPublicAddress(paths.coldkeyPub)
  const { pair, seed } = await readSecretKey(paths.hotkey, 'hotkey', options)
  seed?.fill(0)
  return walletAt({ paths, location: options, hotkeyPair: pair, coldkeyAddress })
}

/** The wallet of files that were just read or written. */
export function walletAt({
  paths,
  location,
  hotkeyPair,
  coldkeyAddress,
}: {
  readonly paths: WalletPaths
  readonly location: WalletLocation
  /** Taken over. */
  readonly hotkeyPair: KeyPair
  readonly coldkeyAddress: Ss58Address | undefined
}): Wallet {
  const hotkeyAddress = encodeSs58(hotkeyPair.publicKey)
  return createWalletObject({
    name: location.name ?? 'default',
    hotkeyName: location.hotkey ?? 'default',
    directory: paths.wallet,
    ...(coldkeyAddress === undefined ? {} : { coldkeyAddress }),
    hotkeyPair,
    readKeyPair: async (key, unlock) => {
      const file = secretFileOf(paths, key)
      const { pair, seed, address } = await readSecretKey(file, key, unlock)
      seed?.fill(0)
      const expected = key === 'hotkey' ? hotkeyAddress : coldkeyAddress
      if (expected === undefined || address === expected) return pair
      pair.wipe()
      throw new TensorKitError('WALLET_MALFORMED', `The ${key} file is of another key than the wallet names`, { facts: { file, expected } })
    },
  })
}
