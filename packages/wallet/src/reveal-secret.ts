import { TensorKitError } from '@tensorkit/core'
import { exportPrivateKey, initCrypto } from '@tensorkit/core/crypto'
import { secretHex } from './files/encode-key-file.js'
import { readSecretKey, secretFileOf } from './files/read-key.js'
import { type WalletLocation, walletPaths } from './files/wallet-paths.js'
import { type ParsedKey, wipeKey } from './formats/parsed-key.js'
import type { UnlockOptions } from './unlock/unlock-options.js'
import type { WalletKey } from './wallet-key.js'

/** A form of a secret. */
export type SecretForm = 'mnemonic' | 'seed' | 'privateKey'

/** What {@link revealSecret} takes. */
export interface RevealSecretOptions extends WalletLocation, UnlockOptions {
  readonly key: WalletKey
  readonly form: SecretForm
}

function formOf({ mnemonic, seed, pair }: ParsedKey, form: SecretForm): Uint8Array | undefined {
  if (form === 'mnemonic') return mnemonic === undefined ? undefined : new TextEncoder().encode(mnemonic)
  if (form === 'seed') return seed && secretHex(seed)
  if (pair === undefined) return undefined
  const privateKey = exportPrivateKey(pair)
  try {
    return secretHex(privateKey)
  } finally {
    privateKey.fill(0)
  }
}

/**
 * A key's secret itself, to be shown to a person who asked for it.
 *
 * @returns UTF-8 bytes: the words, or 0x and hex. Write them where they are wanted, and wipe them.
 * @throws WALLET_NO_SUCH_SECRET if the file does not have this form: a derived key has no words and no seed; WALLET_ENCRYPTED,
 * WALLET_BAD_PASSWORD, WALLET_NOT_FOUND and the others of `openWallet`.
 */
export async function revealSecret(options: RevealSecretOptions): Promise<Uint8Array> {
  const { key, form } = options
  if (!['mnemonic', 'seed', 'privateKey'].includes(form))
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The form of a secret is mnemonic, seed or privateKey')
  const file = secretFileOf(walletPaths(options), key)
  await initCrypto()
  const parsed = await readSecretKey(file, key, options)
  try {
    const secret = formOf(parsed, form)
    if (secret !== undefined) return secret
  } finally {
    wipeKey(parsed)
  }
  throw new TensorKitError('WALLET_NO_SUCH_SECRET', `The ${key} file does not hold its ${form}`, { facts: { file } })
}
