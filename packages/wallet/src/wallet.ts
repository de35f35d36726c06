import type { Ss58Address } from '@tensorkit/core'
import { type KeyPair, type LocalSigner, signerFromKeyPair } from '@tensorkit/core/crypto'
import type { UnlockOptions } from './unlock/unlock-options.js'
import type { WalletKey } from './wallet-key.js'

/**
 * A hotkey ready to sign, and the way to its coldkey.
 *
 * Printing a wallet or turning it into JSON shows names and addresses alone.
 */
export interface Wallet {
  readonly name: string
  readonly hotkeyName: string
  /** The wallet's directory; absent for a wallet that lives in memory. */
  readonly directory?: string
  /** Signs requests, weights and serving. */
  readonly hotkey: LocalSigner
  /** The owner's address, from `coldkeypub.txt`; absent where there is no such file. */
  readonly coldkeyAddress?: Ss58Address
  /**
   * Reads the coldkey and gives a signer for it. It is read only when this is called: a miner or validator has no need of it.
   *
   * @param unlock - Its password, if it is encrypted; the one that the wallet was opened with is the hotkey's.
   * @throws WALLET_NOT_FOUND if this machine has the public part only; WALLET_ENCRYPTED without a password, WALLET_BAD_PASSWORD, and the
   * others of `openWallet`.
   */
  openColdkey(unlock?: UnlockOptions): Promise<LocalSigner>
  /**
   * The secret key itself, for other libraries. Wipe it after use: `pair.wipe()`.
   *
   * @throws as `openColdkey`.
   */
  exportKeyPair(key: WalletKey, unlock?: UnlockOptions): Promise<KeyPair>
}

/** What {@link createWalletObject} is made of. */
export interface WalletParts {
  readonly name: string
  readonly hotkeyName: string
  readonly directory?: string
  readonly coldkeyAddress?: Ss58Address
  readonly hotkeyPair: KeyPair
  /** Gives a fresh copy at each call, which its owner may wipe. */
  readonly readKeyPair: (key: WalletKey, unlock?: UnlockOptions) => Promise<KeyPair>
}

/** Puts a wallet together. The key pairs stay inside closures, where neither inspect nor JSON looks. */
export function createWalletObject({ name, hotkeyName, directory, coldkeyAddress, hotkeyPair, readKeyPair }: WalletParts): Wallet {
  return {
    name,
    hotkeyName,
    ...(directory === undefined ? {} : { directory }),
    hotkey: signerFromKeyPair(hotkeyPair),
    ...(coldkeyAddress === undefined ? {} : { coldkeyAddress }),
    openColdkey: async (unlock) => signerFromKeyPair(await readKeyPair('coldkey', unlock)),
    exportKeyPair: (key, unlock) => readKeyPair(key, unlock),
  }
}
