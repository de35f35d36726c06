import { TensorKitError } from '@tensorkit/core'
import type { PasswordRequest } from '../passwords/password.js'
import { cipherContext, nameOf, type UnlockOptions, unlockingPassword } from '../unlock/unlock-options.js'
import { ansibleVault } from './ansible-vault.js'
import { fernet } from './fernet.js'
import type { KeyCipher, KeyFileEncryption } from './key-cipher.js'
import { nacl } from './nacl.js'
import { parsePlainKey } from './parse-plain-key.js'
import type { ParsedKey } from './parsed-key.js'
import { polkadotJson } from './polkadot-json.js'

/** All ways of encryption that are read. */
const ciphers: readonly KeyCipher[] = [nacl, ansibleVault, fernet, polkadotJson]

const cipherOf = (bytes: Uint8Array) => ciphers.find((cipher) => cipher.detect(bytes))

/** How a key file is encrypted, by its looks; undefined if it is not. */
export const encryptionOf = (bytes: Uint8Array): KeyFileEncryption | undefined => cipherOf(bytes)?.name

/**
 * Reads the content of a key file of any kind, and asks for a password only if it is encrypted.
 *
 * @param bytes - Left as they are.
 * @throws WALLET_ENCRYPTED if there is no password; WALLET_BAD_PASSWORD; WALLET_MALFORMED; CORE_NOT_SUPPORTED; the errors of
 * unlocking. No message holds a value of the file.
 */
export async function openKeyFile(
  bytes: Uint8Array,
  whose: Pick<PasswordRequest, 'key' | 'file'>,
  options: UnlockOptions = {},
): Promise<ParsedKey> {
  const cipher = cipherOf(bytes)
  if (cipher === undefined) return parsePlainKey(bytes, whose.file)
  const context = cipherContext(whose.file, options)
  const password = await unlockingPassword(options, whose)
  try {
    const key = await cipher.open(bytes, password, context)
    if (key !== undefined) return key
  } finally {
    password.fill(0)
  }
  throw new TensorKitError('WALLET_BAD_PASSWORD', `The password of the ${nameOf(whose.key)} is wrong`, {
    facts: { file: whose.file || undefined, encryption: cipher.title },
  })
}
