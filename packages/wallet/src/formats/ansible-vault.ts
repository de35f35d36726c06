import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import type { KeyCipher } from './key-cipher.js'
import { malformed } from './malformed.js'
import { parsePlainKey } from './parse-plain-key.js'

const prefix = Buffer.from('$ANSIBLE_VAULT', 'latin1')
const headerShape = /^\$ANSIBLE_VAULT;1\.[12];AES256(?:;[^\n]{0,64})?\r?\n/

/** Bytes of a text of hex digits that may be broken into lines; undefined if it is none. */
function fromHex(text: string): Buffer | undefined {
  const digits = text.replace(/[\r\n ]/g, '')
  return /^(?:[0-9a-fA-F]{2})+$/.test(digits) ? Buffer.from(digits, 'hex') : undefined
}

/** The three parts of the body, each in hex, and all in hex once more. */
function partsOf(bytes: Uint8Array, file: string): readonly [salt: Buffer, tag: Buffer, encrypted: Buffer] {
  const text = Buffer.from(bytes).toString('latin1')
  const header = headerShape.exec(text)?.[0]
  const body = header === undefined ? undefined : fromHex(text.slice(header.length))
  const [salt, tag, encrypted, ...rest] = (body?.toString('latin1') ?? '').split('\n').map(fromHex)
  if (salt && tag && encrypted && rest.length === 0 && tag.length === 32 && encrypted.length % 16 === 0) return [salt, tag, encrypted]
  throw malformed(file, 'The file is no Ansible Vault of version 1.1 or 1.2 with AES256')
}

/**
 * What Bittensor wrote before `$NACL`; read, never written: Ansible Vault 1.1. AES-256 in counter mode and HMAC-SHA-256, the keys
 * of both by PBKDF2-HMAC-SHA-256 with 10,000 rounds.
 *
 * Source: Ansible, `lib/ansible/parsing/vault`, the format "1.1".
 */
export const ansibleVault: KeyCipher = {
  name: 'ansible-vault',
  title: 'Ansible Vault',
  detect: (bytes) => prefix.equals(bytes.subarray(0, prefix.length)),
  async open(bytes, password, { file, queue, derive }) {
    const [salt, tag, encrypted] = partsOf(bytes, file)
    const keys = await queue.derive({ name: 'pbkdf2', salt, rounds: 10_000, keyBytes: 80 }, password, derive)
    let plain: Buffer | undefined
    try {
      const expected = createHmac('sha256', keys.subarray(32, 64)).update(encrypted).digest()
      if (!timingSafeEqual(expected, tag)) return undefined
      plain = createDecipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64)).update(encrypted)
      return await parsePlainKey(unpadded(plain, file), file)
    } finally {
      keys.fill(0)
      plain?.fill(0)
    }
  },
}

/** Takes PKCS #7's padding off; the tag was right, so that it is wrong in a file that was made wrongly alone. */
function unpadded(plain: Buffer, file: string): Buffer {
  const padding = plain.at(-1) ?? 0
  if (padding >= 1 && padding <= 16 && padding <= plain.length) return plain.subarray(0, plain.length - padding)
  throw malformed(file, 'The padding of the vault is malformed')
}
