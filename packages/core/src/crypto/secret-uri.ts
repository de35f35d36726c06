import { TensorKitError } from '../errors/tensorkit-error.js'
import { blake2b256 } from './hashes.js'

/** One step of a derivation path. */
export interface Junction {
  readonly hard: boolean
  /** 32 bytes. */
  readonly chainCode: Uint8Array
}

/** A secret URI, taken apart. */
export interface SecretUri {
  /** A mnemonic, or `0x` and the hex of a seed. */
  readonly phrase: string
  readonly path: readonly Junction[]
  readonly password: string
}

/** The phrase of Substrate's well-known development keys: `//Alice` means this phrase and that path. Holds no value anywhere. */
const devPhrase = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'

const pattern = /^([\p{L}\p{N}_ ]+)?((?:\/\/?[^/]+)*)(?:\/\/\/(.*))?$/u
const maxU64 = (1n << 64n) - 1n

/** SCALE's compact length, for lengths below 2^14: a junction is never longer. */
function compact(length: number): Uint8Array {
  return length < 64 ? Uint8Array.of(length << 2) : Uint8Array.of(((length << 2) | 1) & 0xff, length >> 6)
}

function chainCode(code: string): Uint8Array {
  const out = new Uint8Array(32)
  if (/^\+?\d+$/.test(code) && BigInt(code.replace('+', '')) <= maxU64) {
    new DataView(out.buffer).setBigUint64(0, BigInt(code.replace('+', '')), true)
    return out
  }
  const text = new TextEncoder().encode(code)
  const encoded = Buffer.concat([compact(text.length), text])
  out.set(encoded.length > 32 ? blake2b256(encoded) : encoded)
  return out
}

/**
 * Takes a secret URI apart by sp-core's rules.
 *
 * Source: sp-core `crypto.rs` (SecretUri, DeriveJunction). @polkadot/util-crypto differs where a junction is hex or a
 * number over u64, which sp-core, and so the chain's own tools, take as text.
 */
export function parseSecretUri(uri: string): SecretUri {
  // A control character is a slip (a line end read with the key), and would quietly give another key.
  const isText = typeof uri === 'string' && !/\p{Cc}/u.test(uri)
  // The cap bounds the regular expression and the length prefix; no message repeats any part of the text.
  const match = isText && uri.length <= 4096 ? pattern.exec(uri) : null
  if (match === null) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The secret URI is malformed', {
      remedy: 'Give `//Alice`, a mnemonic, or a mnemonic followed by `//hard`, `/soft` and `///password`.',
    })
  }
  const [, phrase, path = '', password = ''] = match
  return {
    phrase: phrase ?? devPhrase,
    path: [...path.matchAll(/\/(\/?)([^/]+)/g)].map(([, slash, code]) => ({ hard: slash === '/', chainCode: chainCode(code as string) })),
    password,
  }
}
