import { encodeSs58 } from '@tensorkit/core'
import { exportPrivateKey, type KeyPair } from '@tensorkit/core/crypto'

const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`

/** A key with what is known of its origin. */
export interface SecretKey {
  readonly pair: KeyPair
  /** The mnemonic, if it alone gives the key (no path, no password). */
  readonly mnemonic?: string
  /** The 32-byte seed, if there is one. */
  readonly seed?: Uint8Array
}

/**
 * The scheme as both readers of the field take it. Bittensor v11 writes a number, which makes btwallet 4 refuse the file
 * (it expects text); both take absence for sr25519, and v11 reads numeric text.
 */
const cryptoType = (pair: Pick<KeyPair, 'scheme'>) => (pair.scheme === 'sr25519' ? {} : { cryptoType: '0' })

/** The text of a public file: `coldkeypub.txt`, `<hotkey>pub.txt`. */
export function encodePublicKeyFile(key: Pick<KeyPair, 'scheme' | 'publicKey'>): string {
  const publicKey = hex(key.publicKey)
  return JSON.stringify({ accountId: publicKey, publicKey, ss58Address: encodeSs58(key.publicKey), ...cryptoType(key) })
}

/** The text of a secret file, with every form of the secret that is known: some readers of the format demand each. */
export function encodeSecretKeyFile({ pair, mnemonic, seed }: SecretKey): string {
  const publicKey = hex(pair.publicKey)
  const privateKey = exportPrivateKey(pair)
  try {
    return JSON.stringify({
      accountId: publicKey,
      publicKey,
      ...(mnemonic === undefined ? {} : { secretPhrase: mnemonic }),
      ...(seed === undefined ? {} : { secretSeed: hex(seed) }),
      privateKey: hex(privateKey),
      ss58Address: encodeSs58(pair.publicKey),
      ...cryptoType(pair),
    })
  } finally {
    privateKey.fill(0)
  }
}
