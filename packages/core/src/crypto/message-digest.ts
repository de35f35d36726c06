import { createHash } from 'node:crypto'
import { TensorKitError } from '../errors/tensorkit-error.js'

/** A running hash over messages, as receipts have it. */
export interface MessageDigest {
  /** Adds one message: its serialised, uncompressed bytes. @throws CORE_CLOSED after `hex()`. */
  add(message: Uint8Array): void
  /** How many were added. */
  readonly count: number
  /** Ends the digest. @returns 64 lower-case hex digits, the same each time. */
  hex(): string
}

/** What the length of a message must stay under: it is written in 4 bytes. */
const maxLength = 0xffffffff

/**
 * SHA-256 over messages, each as its length (4 bytes, big-endian) and its bytes, so that no two lists of messages have the same
 * input. No message at all gives the hash of nothing.
 *
 * @example
 * ```ts
 * const digest = createMessageDigest()
 * digest.add(request.encode(task))
 * console.log(digest.count, digest.hex())
 * ```
 */
export function createMessageDigest(): MessageDigest {
  const hash = createHash('sha256')
  const length = Buffer.alloc(4)
  let count = 0
  let result: string | undefined
  return {
    add(message) {
      if (result !== undefined) throw new TensorKitError('CORE_CLOSED', 'The digest was read already')
      if (message.length > maxLength)
        throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A message of 4 GiB or more has no place in a digest')
      length.writeUInt32BE(message.length)
      hash.update(length).update(message)
      count += 1
    },
    get count() {
      return count
    },
    hex() {
      result ??= hash.digest('hex')
      return result
    },
  }
}
