import { encodeSs58 } from '@tensorkit/core'
import { exportPrivateKey, type KeyPair } from '@tensorkit/core/crypto'

/** A key with what is known of its origin. */
export interface SecretKey {
  readonly pair: KeyPair
  /** The mnemonic, if it alone gives the key (no path, no password). */
  readonly mnemonic?: string
  /** The 32-byte seed, if there is one. */
  readonly seed?: Uint8Array
}

const publicHex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`

/** 0x and hex digits as bytes: a text of them could not be wiped. */
export function secretHex(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(2 + 2 * bytes.length)
  out.set([0x30, 0x78])
  const digit = (value: number) => value + (value < 10 ? 0x30 : 0x57)
  for (const [index, byte] of bytes.entries()) out.set([digit(byte >> 4), digit(byte & 15)], 2 + 2 * index)
  return out
}

/**
 * The scheme, as every reader of the field takes it: absent for sr25519, which is what all of them assume; the number 0 for
 * ed25519. btwallet 4.0 refuses a number, and knows no ed25519; btwallet 4.1 takes the text `"0"` for sr25519, and opens
 * another key without a word.
 */
const cryptoType = (pair: Pick<KeyPair, 'scheme'>) => (pair.scheme === 'sr25519' ? {} : { cryptoType: 0 })

/** The text of a public file: `coldkeypub.txt`, `<hotkey>pub.txt`. */
export function encodePublicKeyFile(key: Pick<KeyPair, 'scheme' | 'publicKey'>): string {
  const publicKey = publicHex(key.publicKey)
  return JSON.stringify({ accountId: publicKey, publicKey, ss58Address: encodeSs58(key.publicKey), ...cryptoType(key) })
}

/**
 * The content of a secret file, with every form of the secret that is known: some readers of the format demand each.
 *
 * @returns Bytes, to be wiped: no text of a seed or private key is made. The words are one already.
 */
export function encodeSecretKeyFile({ pair, mnemonic, seed }: SecretKey): Uint8Array {
  const privateKey = exportPrivateKey(pair)
  const wiped: Uint8Array[] = [privateKey]
  const field = (name: string, value: Uint8Array) => {
    wiped.push(value)
    return [Buffer.from(`"${name}":"`), value, Buffer.from('",')]
  }
  try {
    return Uint8Array.from(
      Buffer.concat([
        Buffer.from('{'),
        ...(mnemonic === undefined ? [] : field('secretPhrase', Buffer.from(mnemonic))),
        ...(seed === undefined ? [] : field('secretSeed', secretHex(seed))),
        ...field('privateKey', secretHex(privateKey)),
        // The public part is an object of its own: what stands behind its brace goes on from ours.
        Buffer.from(encodePublicKeyFile(pair).slice(1)),
      ]),
    )
  } finally {
    for (const bytes of wiped) bytes.fill(0)
  }
}
