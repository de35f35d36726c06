import { blake2b } from '@noble/hashes/blake2.js'
import { base58 } from '@scure/base'
import { TensorKitError } from '../errors/tensorkit-error.js'
import type { Ss58Address } from '../identity/brands.js'

/** Bittensor's SS58 prefix: the generic Substrate one, whose addresses start with 5. */
const prefix = 42
const bodyLength = 1 + 32
// 'SS58PRE' in ASCII.
const context = Uint8Array.of(0x53, 0x53, 0x35, 0x38, 0x50, 0x52, 0x45)
// 35 bytes that start with 42 are always 48 characters; the cap keeps a peer's long text out of base58's quadratic loop.
const addressLength = 48

function checksum(body: Uint8Array): readonly [number, number] {
  const input = new Uint8Array(context.length + bodyLength)
  input.set(context)
  input.set(body, context.length)
  const hash = blake2b(input, { dkLen: 64 })
  return [hash[0] as number, hash[1] as number]
}

/** The public key of an address, or undefined if it is not an SS58 address with prefix 42 and a 32-byte key. */
function tryDecode(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || text.length !== addressLength) return undefined
  let bytes: Uint8Array
  try {
    bytes = base58.decode(text)
  } catch {
    return undefined
  }
  if (bytes.length !== bodyLength + 2 || bytes[0] !== prefix) return undefined
  const [first, second] = checksum(bytes.subarray(0, bodyLength))
  if (bytes[bodyLength] !== first || bytes[bodyLength + 1] !== second) return undefined
  return bytes.slice(1, bodyLength)
}

function decodeOrThrow(text: unknown): Uint8Array {
  const publicKey = tryDecode(text)
  if (publicKey !== undefined) return publicKey
  // A text of an address's length may be shown; anything else may be a secret pasted in the wrong place.
  const shown = typeof text === 'string' && /^5[1-9A-HJ-NP-Za-km-z]{47}$/.test(text) ? text : undefined
  throw new TensorKitError('CORE_ADDRESS_INVALID', 'This is not an SS58 address with prefix 42', {
    facts: { address: shown, length: typeof text === 'string' ? text.length : undefined },
  })
}

/**
 * The SS58 address of a public key, with Bittensor's prefix 42.
 *
 * @param publicKey - 32 bytes, sr25519 or ed25519: an address does not tell the scheme.
 * @throws CORE_INVALID_ARGUMENT if it is not 32 bytes.
 * @example
 * ```ts
 * encodeSs58(new Uint8Array(32)) // '5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM'
 * ```
 * Source: SS58 address format, version 1 (docs.substrate.io); checksum = first 2 bytes of blake2b-512('SS58PRE' ‖ prefix ‖ key).
 */
export function encodeSs58(publicKey: Uint8Array): Ss58Address {
  if (!(publicKey instanceof Uint8Array) || publicKey.length !== 32) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A public key must be a Uint8Array of 32 bytes')
  }
  const bytes = new Uint8Array(bodyLength + 2)
  bytes[0] = prefix
  bytes.set(publicKey, 1)
  bytes.set(checksum(bytes.subarray(0, bodyLength)), bodyLength)
  return base58.encode(bytes) as Ss58Address
}

/**
 * The public key of an SS58 address.
 *
 * @param address - An address with prefix 42; the checksum is verified.
 * @returns 32 bytes, a fresh copy.
 * @throws CORE_ADDRESS_INVALID if it is anything else, an address with another prefix included.
 */
export function decodeSs58(address: string): Uint8Array {
  return decodeOrThrow(address)
}

/**
 * Checks a text and brands it as an address.
 *
 * @throws CORE_ADDRESS_INVALID if it is not an SS58 address with prefix 42.
 */
export function ss58Address(text: string): Ss58Address {
  decodeOrThrow(text)
  return text as Ss58Address
}

/** Whether a value is an SS58 address with prefix 42 and a valid checksum. Never throws. */
export function isSs58Address(value: unknown): value is Ss58Address {
  return tryDecode(value) !== undefined
}
