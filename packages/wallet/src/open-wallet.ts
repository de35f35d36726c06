import { encodeSs58, type Ss58Address, TensorKitError } from '@tensorkit/core'
import { initCrypto, type KeyPair } from '@tensorkit/core/crypto'
import { parseKeyFile } from './files/parse-key-file.js'
import { assertRealDirectory, readKeyFile } from './files/read-key-file.js'
import { type WalletLocation, walletPaths } from './files/wallet-paths.js'
import { createWalletObject, type Wallet, type WalletKey } from './wallet.js'

/** Reads a secret key file. */
async function readSecret(file: string, key: WalletKey): Promise<KeyPair> {
  const bytes = await readKeyFile(file, { isSecret: true })
  if (bytes === undefined)
    throw new TensorKitError('WALLET_NOT_FOUND', `The wallet has no such ${key} on this machine`, { facts: { file } })
  try {
    const { pair } = await parseKeyFile(bytes, file)
    if (pair !== undefined) return pair
  } finally {
    bytes.fill(0)
  }
  throw new TensorKitError('WALLET_MALFORMED', `The ${key} file holds a public key only`, { facts: { file } })
}

/** The address in a public key file; undefined if there is no file. */
export async function readPublicAddress(file: string): Promise<Ss58Address | undefined> {
  const bytes = await readKeyFile(file, { isSecret: false })
  if (bytes === undefined) return undefined
  const { address, pair } = await parseKeyFile(bytes, file)
  pair?.wipe()
  return address
}

/**
 * Opens a wallet in Bittensor's layout and reads its hotkey.
 *
 * Files of btcli, btwallet and the Python SDK are read as they are, in plain form. Secret files that other users can
 * read, and links, are refused. Nothing is written.
 *
 * @throws WALLET_NOT_FOUND; WALLET_ENCRYPTED for an encrypted hotkey or a polkadot.js export; WALLET_MALFORMED;
 * WALLET_UNSAFE_FILE; WALLET_IO; CORE_INVALID_ARGUMENT for a name that is none.
 * @example
 * ```ts
 * const wallet = await openWallet({ name: 'miner', hotkey: 'default' })
 * wallet.hotkey.address
 * ```
 * Source: Bittensor v11, `sdk/python/bittensor/wallet.py` and `keyfiles/mod.rs`.
 */
export async function openWallet(location: WalletLocation = {}): Promise<Wallet> {
  const paths = walletPaths(location)
  await initCrypto()
  await assertRealDirectory(paths.wallet)
  await assertRealDirectory(paths.hotkeys)
  const coldkeyAddress = await readPublicAddress(paths.coldkeyPub)
  const hotkeyPair = await readSecret(paths.hotkey, 'hotkey')
  return createWalletObject({
    name: location.name ?? 'default',
    hotkeyName: location.hotkey ?? 'default',
    directory: paths.wallet,
    ...(coldkeyAddress === undefined ? {} : { coldkeyAddress }),
    hotkeyPair,
    readKeyPair: async (key) => {
      const file = key === 'hotkey' ? paths.hotkey : paths.coldkey
      const pair = await readSecret(file, key)
      const expected = key === 'hotkey' ? encodeSs58(hotkeyPair.publicKey) : coldkeyAddress
      if (expected === undefined || encodeSs58(pair.publicKey) === expected) return pair
      pair.wipe()
      throw new TensorKitError('WALLET_MALFORMED', `The ${key} file is of another key than the wallet names`, { facts: { file, expected } })
    },
  })
}
