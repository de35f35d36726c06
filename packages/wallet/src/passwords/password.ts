import { TensorKitError } from '@tensorkit/core'
import type { WalletKey } from '../wallet-key.js'

/**
 * A password: text, or its UTF-8 bytes. Bytes can be wiped by their owner; a text stays in memory until the runtime
 * collects it, and cannot be overwritten.
 */
export type Password = string | Uint8Array

/** What a password is wanted for. */
export interface PasswordRequest {
  /** To open what is encrypted, or to encrypt anew. */
  readonly purpose: 'unlock' | 'encrypt'
  /** Whose: a key of the wallet, or a key file that is read or written elsewhere. */
  readonly key: WalletKey | 'import' | 'export'
  /** The key file's path; empty for content that is in no file. */
  readonly file: string
  readonly signal?: AbortSignal
}

/**
 * Somewhere that a password may come from. It answers undefined where it has none; the next source is asked then. Bytes that
 * it gives are wiped: give a fresh copy each time.
 */
export type PasswordSource = (request: PasswordRequest) => Password | undefined | Promise<Password | undefined>

// More than any real one; Argon2 itself takes 4 GiB.
const maxPasswordBytes = 1024

/**
 * A password's bytes, as a copy that whoever asked wipes after use.
 *
 * @returns Undefined for none: an empty password is none, as in Bittensor.
 * @throws CORE_INVALID_ARGUMENT if it is neither text nor bytes, or longer than 1,024 bytes.
 */
export function passwordBytes(password: unknown): Uint8Array | undefined {
  if (password === undefined) return undefined
  if (typeof password !== 'string' && !(password instanceof Uint8Array))
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A password must be text or a Uint8Array')
  // At most 3 bytes a character: a text that is far too long is not copied.
  const isTooLong = password.length > maxPasswordBytes
  const bytes = isTooLong ? undefined : typeof password === 'string' ? new TextEncoder().encode(password) : Uint8Array.from(password)
  if (bytes === undefined || bytes.length > maxPasswordBytes) {
    bytes?.fill(0)
    throw new TensorKitError('CORE_INVALID_ARGUMENT', `A password has at most ${maxPasswordBytes} bytes`)
  }
  return bytes.length === 0 ? undefined : bytes
}

/** A password, or a source of one, as bytes of our own that are to be wiped; undefined if there is none. */
export async function askPassword(
  password: Password | PasswordSource | undefined,
  request: PasswordRequest,
): Promise<Uint8Array | undefined> {
  if (typeof password !== 'function') return passwordBytes(password)
  const given = await password(request)
  try {
    return passwordBytes(given)
  } finally {
    if (given instanceof Uint8Array) given.fill(0)
  }
}
