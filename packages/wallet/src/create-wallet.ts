import { decodeSs58, encodeSs58, type SignatureScheme, type Ss58Address, ss58Address, TensorKitError } from '@tensorkit/core'
import { initCrypto } from '@tensorkit/core/crypto'
import { encodePublicKeyFile } from './files/encode-key-file.js'
import { type NewKeyFile, wipeContents } from './files/staging.js'
import { type WalletLocation, type WalletPaths, walletPaths } from './files/wallet-paths.js'
import { assertFree, writeNewWallet } from './files/write-key-files.js'
import { type KeySource, resolveKeySource, type SourcedKey, wipeKeys } from './key-source.js'
import { walletAt } from './open-wallet.js'
import type { Password, PasswordSource } from './passwords/password.js'
import { secretContent } from './secret-content.js'
import { type DerivationOptions, derivationOptions } from './unlock/unlock-options.js'
import type { Wallet } from './wallet.js'

/** The words of keys that were generated. */
export interface NewMnemonics {
  readonly hotkey?: string
  readonly coldkey?: string
}

/** A wallet just written. */
export interface CreatedWallet {
  readonly wallet: Wallet
  /**
   * The words of the keys that were generated, to be written down: nobody else has them. A function, so that a log of
   * this object shows none.
   */
  revealMnemonics(): NewMnemonics
}

/** What {@link createWallet} takes. */
export interface CreateWalletOptions extends WalletLocation, DerivationOptions {
  /**
   * The coldkey: the address of one that is kept elsewhere (only `coldkeypub.txt` is written), or where to take a new one
   * from, which needs `coldkeyPassword`.
   */
  readonly coldkey?: { readonly address: string } | KeySource
  /** Encrypts the coldkey. */
  readonly coldkeyPassword?: Password | PasswordSource
  /** Allows the coldkey's secret to be written unencrypted: for development, with no funds on it. @defaultValue false */
  readonly plaintextColdkey?: boolean
  /** Where to take the hotkey from. @defaultValue 12 fresh words. */
  readonly hotkeySource?: KeySource
  /** Encrypts the hotkey. @defaultValue none, as Bittensor: a neuron has to start without a person. */
  readonly hotkeyPassword?: Password | PasswordSource
  /** @defaultValue `sr25519`, Bittensor's. */
  readonly scheme?: SignatureScheme
}

/** What tells the generated words, and no others. */
export function mnemonicRevealer(hotkey: SourcedKey, coldkey?: SourcedKey): () => NewMnemonics {
  const words = {
    ...(hotkey.isNew && hotkey.mnemonic !== undefined && { hotkey: hotkey.mnemonic }),
    ...(coldkey?.isNew && coldkey.mnemonic !== undefined && { coldkey: coldkey.mnemonic }),
  }
  return () => ({ ...words })
}

/** The address of a coldkey kept elsewhere; undefined if one is to be made. Refuses to make one unencrypted without leave. */
function givenColdkey({ coldkey, coldkeyPassword, plaintextColdkey }: CreateWalletOptions): Ss58Address | undefined {
  if (coldkey !== undefined && 'address' in coldkey && coldkey.address !== undefined) return ss58Address(coldkey.address)
  if (coldkeyPassword !== undefined || plaintextColdkey === true) return undefined
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A coldkey needs a password', {
    remedy:
      'Give coldkeyPassword; or keep the coldkey elsewhere and give its address as coldkey: { address }; or, for development without ' +
      'funds, set plaintextColdkey: true.',
  })
}

async function contents(
  paths: WalletPaths,
  options: CreateWalletOptions,
  keys: { readonly coldkey: SourcedKey | undefined; readonly address: Ss58Address | undefined; readonly hotkey: SourcedKey },
): Promise<NewKeyFile[]> {
  const { coldkey, address, hotkey } = keys
  const { scheme = 'sr25519', coldkeyPassword, hotkeyPassword } = options
  const secret = async (key: SourcedKey, which: 'coldkey' | 'hotkey', file: string, password: Password | PasswordSource | undefined) => ({
    file,
    content: await secretContent(key, { key: which, file }, { ...derivationOptions(options), password }),
  })
  const publicColdkey = coldkey?.pair ?? { scheme, publicKey: decodeSs58(address as Ss58Address) }
  return [
    ...(coldkey === undefined ? [] : [await secret(coldkey, 'coldkey', paths.coldkey, coldkeyPassword)]),
    { file: paths.coldkeyPub, content: encodePublicKeyFile(publicColdkey) },
    await secret(hotkey, 'hotkey', paths.hotkey, hotkeyPassword),
    { file: paths.hotkeyPub, content: encodePublicKeyFile(hotkey.pair) },
  ]
}

/**
 * Creates a wallet: coldkey (or its public part) and one hotkey, all or nothing.
 *
 * The coldkey is encrypted, the hotkey is not unless `hotkeyPassword` is given, as Bittensor does; files are 0600 in directories of
 * 0700. Nothing is ever overwritten: of two processes that create the same wallet at once, one fails.
 *
 * @throws WALLET_EXISTS; CORE_INVALID_ARGUMENT for a coldkey without a password; WALLET_BAD_MNEMONIC; CORE_ADDRESS_INVALID; WALLET_IO; the
 * errors of a key derivation. No message holds a secret.
 * @example
 * ```ts
 * const { wallet, revealMnemonics } = await createWallet({ name: 'miner', coldkey: { address: '5Grw…' } })
 * process.stdout.write(`Write these words down: ${revealMnemonics().hotkey}\n`)
 * ```
 */
export async function createWallet(options: CreateWalletOptions = {}): Promise<CreatedWallet> {
  const { scheme = 'sr25519' } = options
  const paths = walletPaths(options)
  const address = givenColdkey(options)
  await initCrypto()
  // Known before anybody types a password and waits.
  await assertFree(paths)
  let coldkey: SourcedKey | undefined
  let hotkey: SourcedKey | undefined
  let files: NewKeyFile[] = []
  try {
    if (address === undefined) coldkey = await resolveKeySource((options.coldkey as KeySource | undefined) ?? {}, scheme, options)
    hotkey = await resolveKeySource(options.hotkeySource ?? {}, scheme, options)
    files = await contents(paths, options, { coldkey, address, hotkey })
    await writeNewWallet(paths, files)
  } catch (error) {
    wipeKeys(hotkey)
    throw error
  } finally {
    wipeKeys(coldkey)
    hotkey?.seed?.fill(0)
    wipeContents(files)
  }
  const coldkeyAddress = address ?? encodeSs58((coldkey as SourcedKey).pair.publicKey)
  const wallet = walletAt({ paths, location: options, hotkeyPair: hotkey.pair, coldkeyAddress })
  return { wallet, revealMnemonics: mnemonicRevealer(hotkey, coldkey) }
}
