import { randomBytes } from 'node:crypto'
import type { CipherContext } from '../unlock/unlock-options.js'
import type { KeyCipher } from './key-cipher.js'
import { malformed } from './malformed.js'
import { parsePlainKey } from './parse-plain-key.js'

const prefix = Buffer.from('$NACL', 'latin1')
const nonceBytes = 24
const tagBytes = 16
const headBytes = prefix.length + nonceBytes

// Loaded when a file is opened: most hotkeys are not encrypted.
const box = () => import('@polkadot/util-crypto')

/**
 * What Bittensor writes: `$NACL`, a nonce, and an XSalsa20-Poly1305 box whose key is Argon2i of the password.
 *
 * Source: btwallet `keyfile.rs`, `decrypt_keyfile_data`.
 */
export const nacl: KeyCipher = {
  name: 'nacl',
  title: 'NaCl ($NACL, Argon2i and XSalsa20-Poly1305)',
  detect: (bytes) => prefix.equals(bytes.subarray(0, prefix.length)),
  async open(bytes, password, { file, queue, derive }) {
    if (bytes.length <= headBytes + tagBytes) throw malformed(file, 'The encrypted key file is cut off')
    const { naclDecrypt } = await box()
    const key = await queue.derive({ name: 'argon2i' }, password, derive)
    const plain = naclDecrypt(bytes.subarray(headBytes), bytes.subarray(prefix.length, headBytes), key)
    key.fill(0)
    if (plain === null) return undefined
    try {
      return await parsePlainKey(plain, file)
    } finally {
      plain.fill(0)
    }
  },
}

/**
 * Encrypts the text of a key file as Bittensor does.
 *
 * @param plain - Left as it is.
 * @param password - Wiped.
 */
export async function encryptNacl(plain: Uint8Array, password: Uint8Array, { queue, derive }: CipherContext): Promise<Uint8Array> {
  const { naclEncrypt } = await box()
  const key = await queue.derive({ name: 'argon2i' }, password, derive)
  const nonce = Uint8Array.from(randomBytes(nonceBytes))
  const { encrypted } = naclEncrypt(plain, key, nonce)
  key.fill(0)
  return Uint8Array.from(Buffer.concat([prefix, nonce, encrypted]))
}
