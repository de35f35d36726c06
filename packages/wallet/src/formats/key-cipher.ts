import type { CipherContext } from '../unlock/unlock-options.js'
import type { ParsedKey } from './parsed-key.js'

/** How a key file is encrypted. */
export type KeyFileEncryption = 'nacl' | 'ansible-vault' | 'fernet' | 'polkadot-js'

/** One way in which key files are encrypted. */
export interface KeyCipher {
  readonly name: KeyFileEncryption
  /** For messages. */
  readonly title: string
  /** Whether a file is of this kind, by its looks. */
  detect(bytes: Uint8Array): boolean
  /**
   * Opens a file.
   *
   * @param password - The cipher wipes it.
   * @returns The key; undefined if the password is wrong, or the file was changed, which is the same to a cipher.
   * @throws WALLET_MALFORMED before any key is derived, if the file cannot be of this kind; the errors of the derivation.
   */
  open(bytes: Uint8Array, password: Uint8Array, context: CipherContext): Promise<ParsedKey | undefined>
}
