import { encodeSs58, type SignatureScheme, type Ss58Address } from '@tensorkit/core'
import { initCrypto } from '@tensorkit/core/crypto'
import { type CreatedWallet, mnemonicRevealer } from './create-wallet.js'
import { encodePublicKeyFile } from './files/encode-key-file.js'
import { readPublicAddress } from './files/read-key.js'
import { assertRealDirectory } from './files/read-key-file.js'
import { assertAbsent, wipeContents } from './files/staging.js'
import { type WalletLocation, walletPaths } from './files/wallet-paths.js'
import { addKeyFiles } from './files/write-key-files.js'
import { type KeySource, resolveKeySource, wipeKeys } from './key-source.js'
import { walletAt } from './open-wallet.js'
import type { Password, PasswordSource } from './passwords/password.js'
import { secretContent } from './secret-content.js'
import { type DerivationOptions, derivationOptions } from './unlock/unlock-options.js'

/** What {@link createHotkey} takes. */
export interface CreateHotkeyOptions extends WalletLocation, DerivationOptions {
  /** @defaultValue 12 fresh words. */
  readonly source?: KeySource
  /** Encrypts it. @defaultValue none, as Bittensor. */
  readonly password?: Password | PasswordSource
  /** @defaultValue `sr25519`, Bittensor's. */
  readonly scheme?: SignatureScheme
}

/**
 * Adds a hotkey to a wallet that exists: its secret and its public file, both or neither.
 *
 * @throws WALLET_NOT_FOUND if there is no such wallet; WALLET_EXISTS if the hotkey or its public file is there; WALLET_LOCKED; the others
 * of {@link createWallet}.
 */
export async function createHotkey(options: CreateHotkeyOptions): Promise<CreatedWallet & { readonly address: Ss58Address }> {
  const paths = walletPaths(options)
  await initCrypto()
  await assertRealDirectory(paths.wallet)
  await assertAbsent([paths.hotkey, paths.hotkeyPub])
  const hotkey = await resolveKeySource(options.source ?? {}, options.scheme ?? 'sr25519', options)
  let content: Uint8Array | undefined
  try {
    const whose = { key: 'hotkey', file: paths.hotkey } as const
    content = await secretContent(hotkey, whose, { ...derivationOptions(options), password: options.password })
    const files = [
      { file: paths.hotkey, content },
      { file: paths.hotkeyPub, content: encodePublicKeyFile(hotkey.pair) },
    ]
    await addKeyFiles(paths, () => files, options)
    const coldkeyAddress = await readPublicAddress(paths.coldkeyPub)
    const wallet = walletAt({ paths, location: options, hotkeyPair: hotkey.pair, coldkeyAddress })
    return { wallet, address: encodeSs58(hotkey.pair.publicKey), revealMnemonics: mnemonicRevealer(hotkey) }
  } catch (error) {
    wipeKeys(hotkey)
    throw error
  } finally {
    hotkey.seed?.fill(0)
    if (content !== undefined) wipeContents([{ file: '', content }])
  }
}
