import { TensorKitError } from '@tensorkit/core'

/** Bytes as lower-case hex with 0x: the form of storage keys and of every byte string in JSON-RPC. */
export function toHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}

const hexPattern = /^0x(?:[0-9a-fA-F]{2})*$/

/**
 * The bytes of hex with 0x, or undefined if the text is not that.
 *
 * They own their whole buffer: scale-ts decodes from the start of the buffer, so a view into a pooled one would be misread.
 */
export function fromHex(text: string): Uint8Array | undefined {
  if (!hexPattern.test(text)) return undefined
  const bytes = new Uint8Array((text.length - 2) / 2)
  Buffer.from(bytes.buffer).write(text.slice(2), 'hex')
  return bytes
}

/** The bytes of hex that this package made itself. */
export function hexBytes(text: string): Uint8Array {
  const bytes = fromHex(text)
  if (!bytes) throw new TensorKitError('CORE_INTERNAL', 'Expected hex')
  return bytes
}
