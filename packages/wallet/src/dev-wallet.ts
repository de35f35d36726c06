import { encodeSs58 } from '@tensorkit/core'
import { initCrypto, keyPairFromUri } from '@tensorkit/core/crypto'
import { createWalletObject, type Wallet } from './wallet.js'

/** What else {@link devWallet} takes. */
export interface DevWalletOptions {
  /** The hotkey's URI. @defaultValue that of the coldkey, as Bittensor's development wallets have it. */
  readonly hotkeyUri?: string
}

/**
 * A wallet in memory from a secret URI, for development and tests: nothing is read or written.
 *
 * @param uri - The coldkey's: `//Alice`, or a mnemonic with a path.
 * @throws CORE_INVALID_ARGUMENT, WALLET_BAD_MNEMONIC. No message holds any part of a URI.
 * @example
 * ```ts
 * const wallet = await devWallet('//Alice', { hotkeyUri: '//Alice//hotkey' })
 * ```
 */
export async function devWallet(uri: string, { hotkeyUri = uri }: DevWalletOptions = {}): Promise<Wallet> {
  await initCrypto()
  const coldkeyPair = keyPairFromUri(uri)
  const coldkeyAddress = encodeSs58(coldkeyPair.publicKey)
  coldkeyPair.wipe()
  return createWalletObject({
    // Not the URI: it may be a mnemonic.
    name: 'dev',
    hotkeyName: 'dev',
    coldkeyAddress,
    hotkeyPair: keyPairFromUri(hotkeyUri),
    readKeyPair: async (key) => keyPairFromUri(key === 'hotkey' ? hotkeyUri : uri),
  })
}
