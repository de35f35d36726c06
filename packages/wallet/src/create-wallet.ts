import { decodeSs58, encodeSs58, type SignatureScheme, type Ss58Address, ss58Address, TensorKitError } from '@tensorkit/core'
import { initCrypto } from '@tensorkit/core/crypto'
import { encodePublicKeyFile, encodeSecretKeyFile } from './files/encode-key-file.js'
import { type WalletLocation, walletPaths } from './files/wallet-paths.js'
import { addKeyFiles, type NewKeyFile, writeNewWallet } from './files/write-key-files.js'
import { type KeySource, resolveKeySource, type SourcedKey } from './key-source.js'
import { openWallet } from './open-wallet.js'
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
export interface CreateWalletOptions extends WalletLocation {
  /**
   * The coldkey: the address of one that is kept elsewhere (only `coldkeypub.txt` is written), or where to take a new one
   * from, which needs `plaintextColdkey`.
   */
  readonly coldkey?: { readonly address: string } | KeySource
  /** Where to take the hotkey from. @defaultValue 12 fresh words. */
  readonly hotkeySource?: KeySource
  /**
   * Allows the coldkey's secret to be written unencrypted: for development, with no funds on it.
   *
   * @defaultValue false: a coldkey holds the funds, and this version cannot encrypt it.
   */
  readonly plaintextColdkey?: boolean
  /** @defaultValue `sr25519`, Bittensor's. */
  readonly scheme?: SignatureScheme
}

function wipe(...keys: (SourcedKey | undefined)[]): void {
  for (const key of keys) {
    key?.pair.wipe()
    key?.seed?.fill(0)
  }
}

const revealer = (mnemonics: NewMnemonics) => () => ({ ...mnemonics })
const newWords = (key: SourcedKey | undefined) => (key?.isNew === true ? key.mnemonic : undefined)

function mnemonicsOf(hotkey: SourcedKey, coldkey?: SourcedKey): NewMnemonics {
  const words = { hotkey: newWords(hotkey), coldkey: newWords(coldkey) }
  return {
    ...(words.hotkey === undefined ? {} : { hotkey: words.hotkey }),
    ...(words.coldkey === undefined ? {} : { coldkey: words.coldkey }),
  }
}

/** The address of a coldkey kept elsewhere; undefined if one is to be made. Refuses to make one without leave. */
function givenColdkey({ coldkey, plaintextColdkey }: CreateWalletOptions): Ss58Address | undefined {
  if (coldkey !== undefined && 'address' in coldkey) return ss58Address(coldkey.address)
  if (plaintextColdkey === true) return undefined
  throw new TensorKitError('CORE_NOT_SUPPORTED', 'This version cannot encrypt a coldkey, and does not write one in plain text unasked', {
    remedy:
      'Keep the coldkey elsewhere and give its address as coldkey: { address }; or, for development without funds, set plaintextColdkey: true.',
  })
}

/**
 * Creates a wallet: coldkey (or its public part) and one hotkey, all or nothing.
 *
 * Hotkeys are written in plain text, as Bittensor does, 0600 in directories of 0700. Nothing is ever overwritten: of two
 * processes that create the same wallet at once, one fails.
 *
 * @throws WALLET_EXISTS; CORE_NOT_SUPPORTED for a coldkey without `plaintextColdkey`; WALLET_BAD_MNEMONIC;
 * CORE_ADDRESS_INVALID; CORE_INVALID_ARGUMENT; WALLET_IO. No message holds a secret.
 * @example
 * ```ts
 * const { wallet, revealMnemonics } = await createWallet({ name: 'miner', coldkey: { address: '5Grw…' } })
 * process.stdout.write(`Write these words down: ${revealMnemonics().hotkey}\n`)
 * ```
 */
export async function createWallet(options: CreateWalletOptions = {}): Promise<CreatedWallet> {
  const { scheme = 'sr25519' } = options
  const paths = walletPaths(options)
  const coldkeyAddress = givenColdkey(options)
  await initCrypto()
  let coldkey: SourcedKey | undefined
  let hotkey: SourcedKey | undefined
  try {
    if (coldkeyAddress === undefined) coldkey = resolveKeySource((options.coldkey as KeySource | undefined) ?? {}, scheme)
    hotkey = resolveKeySource(options.hotkeySource ?? {}, scheme)
    const publicColdkey = coldkey?.pair ?? { scheme, publicKey: decodeSs58(coldkeyAddress as Ss58Address) }
    const files: NewKeyFile[] = [
      ...(coldkey === undefined ? [] : [{ file: paths.coldkey, text: encodeSecretKeyFile(coldkey) }]),
      { file: paths.coldkeyPub, text: encodePublicKeyFile(publicColdkey) },
      { file: paths.hotkey, text: encodeSecretKeyFile(hotkey) },
      { file: paths.hotkeyPub, text: encodePublicKeyFile(hotkey.pair) },
    ]
    await writeNewWallet(paths, files)
    const revealMnemonics = revealer(mnemonicsOf(hotkey, coldkey))
    return { wallet: await openWallet(options), revealMnemonics }
  } finally {
    wipe(coldkey, hotkey)
  }
}

/** What {@link createHotkey} takes. */
export interface CreateHotkeyOptions extends WalletLocation {
  /** @defaultValue 12 fresh words. */
  readonly source?: KeySource
  /** @defaultValue `sr25519`, Bittensor's. */
  readonly scheme?: SignatureScheme
}

/**
 * Adds a hotkey to a wallet that exists.
 *
 * @throws WALLET_NOT_FOUND if there is no such wallet; WALLET_EXISTS if the hotkey or its public file is there; the others
 * of {@link createWallet}.
 */
export async function createHotkey(options: CreateHotkeyOptions): Promise<CreatedWallet & { readonly address: Ss58Address }> {
  const paths = walletPaths(options)
  await initCrypto()
  const hotkey = resolveKeySource(options.source ?? {}, options.scheme ?? 'sr25519')
  try {
    // The secret first: a wallet without the public file is one that older programs wrote, the reverse is a broken one.
    await addKeyFiles(paths, [
      { file: paths.hotkey, text: encodeSecretKeyFile(hotkey) },
      { file: paths.hotkeyPub, text: encodePublicKeyFile(hotkey.pair) },
    ])
    const revealMnemonics = revealer(mnemonicsOf(hotkey))
    return { wallet: await openWallet(options), address: encodeSs58(hotkey.pair.publicKey), revealMnemonics }
  } finally {
    wipe(hotkey)
  }
}
