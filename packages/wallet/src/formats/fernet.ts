import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import type { KeyRecipe } from '../unlock/key-recipe.js'
import type { KeyCipher } from './key-cipher.js'
import { malformed } from './malformed.js'
import { parsePlainKey } from './parse-plain-key.js'

/** base64 of the version byte 0x80 and of a time before 2106. */
const prefix = Buffer.from('gAAAAA', 'latin1')
/** All of it public: there is one salt for everybody. */
const recipe: KeyRecipe = {
  name: 'pbkdf2',
  salt: Buffer.from('Iguesscyborgslikemyselfhaveatendencytobeparanoidaboutourorigins', 'latin1'),
  rounds: 10_000_000,
  keyBytes: 32,
}
// Version, time, IV; and the tag at the end.
const [headBytes, tagBytes] = [1 + 8 + 16, 32]

/**
 * What Bittensor's first versions wrote; read, never written: a Fernet token. AES-128-CBC and HMAC-SHA-256 under the two halves
 * of a key by PBKDF2-HMAC-SHA-256 with 10,000,000 rounds.
 *
 * Source: the Fernet specification, version 0x80; btwallet `keyfile.rs`, `decrypt_keyfile_data`.
 */
export const fernet: KeyCipher = {
  name: 'fernet',
  title: 'Fernet (legacy)',
  detect: (bytes) => prefix.equals(bytes.subarray(0, prefix.length)),
  async open(bytes, password, { file, queue, derive }) {
    const text = Buffer.from(bytes).toString('latin1').trim()
    const token = /^[A-Za-z0-9_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64url') : Buffer.alloc(0)
    const encryptedBytes = token.length - headBytes - tagBytes
    if (encryptedBytes < 16 || encryptedBytes % 16 !== 0) throw malformed(file, 'The file is no Fernet token')
    const key = await queue.derive(recipe, password, derive)
    let plain: Buffer | undefined
    try {
      const expected = createHmac('sha256', key.subarray(0, 16)).update(token.subarray(0, -tagBytes)).digest()
      if (!timingSafeEqual(expected, token.subarray(-tagBytes))) return undefined
      const decipher = createDecipheriv('aes-128-cbc', key.subarray(16), token.subarray(9, headBytes))
      try {
        plain = Buffer.concat([decipher.update(token.subarray(headBytes, -tagBytes)), decipher.final()])
      } catch {
        throw malformed(file, 'The padding of the Fernet token is malformed')
      }
      return await parsePlainKey(plain, file)
    } finally {
      key.fill(0)
      plain?.fill(0)
    }
  },
}
