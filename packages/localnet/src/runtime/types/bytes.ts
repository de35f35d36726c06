import type { Ty } from './ty.js'

// scale-ts decodes from the start of a view's buffer, so a view into a larger buffer must be copied first.
const whole = (bytes: Uint8Array): Uint8Array =>
  bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength && bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes)

/** Decodes a value; bytes after it are ignored. */
export const decode = <T>(ty: Ty<T>, bytes: Uint8Array): T => ty.codec.dec(whole(bytes))

/**
 * Decodes a value and insists that the bytes are exactly its encoding: nothing missing, nothing left, no second way to
 * write the same number. Throws a RangeError otherwise.
 */
export function decodeExactly<T>(ty: Ty<T>, bytes: Uint8Array): T {
  const [value, again] = readAndWrite(ty, bytes)
  if (again.length !== bytes.length || again.some((byte, at) => byte !== bytes[at]))
    throw new RangeError('not the exact encoding of a value')
  return value
}

function readAndWrite<T>(ty: Ty<T>, bytes: Uint8Array): [T, Uint8Array] {
  try {
    const value = decode(ty, bytes)
    return [value, ty.codec.enc(value)]
  } catch (cause) {
    // Codecs throw what their author chose at malformed bytes: a length in its longest form is a TypeError, say.
    throw new RangeError('not the encoding of a value', { cause })
  }
}
