import { TensorKitError } from '@tensorkit/core'
import { initCrypto } from '@tensorkit/core/crypto'
import { encodeSecretKeyFile } from './files/encode-key-file.js'
import { readSecretKey, secretFileOf } from './files/read-key.js'
import { type WalletLocation, walletPaths } from './files/wallet-paths.js'
import { type ParsedKey, wipeKey } from './formats/parsed-key.js'
import { encodePolkadotJson } from './formats/polkadot-json.js'
import { askPassword, type Password, type PasswordSource } from './passwords/password.js'
import { secretContent } from './secret-content.js'
import { cipherContext, derivationOptions, type UnlockOptions } from './unlock/unlock-options.js'
import type { WalletKey } from './wallet-key.js'

/** What a key is exported as: polkadot.js JSON, Bittensor's encrypted file, or its plain JSON. */
export type ExportFormat = 'polkadot-js' | 'nacl' | 'json'

/** What {@link exportKey} takes. `password` opens the key, if it is encrypted. */
export interface ExportKeyOptions extends WalletLocation, UnlockOptions {
  readonly key: WalletKey
  readonly format: ExportFormat
  /** Encrypts what is exported. Needed unless the format is `json`. */
  readonly exportPassword?: Password | PasswordSource
}

/**
 * A key as another program imports it.
 *
 * @returns UTF-8 text for `polkadot-js` and `json`; bytes for `nacl`. That of `json` is a secret: wipe it after use.
 * @throws CORE_INVALID_ARGUMENT if an encrypted format gets no `exportPassword`; WALLET_ENCRYPTED, WALLET_BAD_PASSWORD and the others of
 * `openWallet`.
 */
export async function exportKey(options: ExportKeyOptions): Promise<Uint8Array> {
  const { key, format, exportPassword } = options
  if (!['polkadot-js', 'nacl', 'json'].includes(format))
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The format of an export is polkadot-js, nacl or json')
  if (format !== 'json' && exportPassword === undefined)
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'This format needs a password: exportPassword', { facts: { format } })
  const file = secretFileOf(walletPaths(options), key)
  await initCrypto()
  const parsed = await readSecretKey(file, key, options)
  try {
    if (format === 'json') return encodeSecretKeyFile(parsed)
    if (format === 'polkadot-js') return await polkadotExport(parsed, options)
    return await secretContent(parsed, { key: 'export', file }, { ...derivationOptions(options), password: exportPassword })
  } finally {
    wipeKey(parsed)
  }
}

async function polkadotExport({ pair }: Required<Pick<ParsedKey, 'pair'>>, options: ExportKeyOptions): Promise<Uint8Array> {
  const { name = 'default', hotkey = 'default', key, exportPassword, signal } = options
  const password = await askPassword(exportPassword, { purpose: 'encrypt', key: 'export', file: '', ...(signal && { signal }) })
  if (password === undefined) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'No password for the export was given')
  const title = key === 'hotkey' ? `${name}/${hotkey}` : name
  const text = await encodePolkadotJson(pair, title, password, cipherContext('', options))
  return new TextEncoder().encode(text)
}
