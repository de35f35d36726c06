/** Which item of a `Vec` of items of one width in bytes. */
export interface PackedItem {
  readonly width: number
  readonly at: number
}

/** The length of a `Vec` and the bytes that say it: its compact prefix. */
function prefix(bytes: Uint8Array): { readonly length: number; readonly bytes: number } {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const mode = a & 3
  if (mode === 0) return { length: a >> 2, bytes: 1 }
  if (mode === 1) return { length: (a | (b << 8)) >> 2, bytes: 2 }
  if (mode === 2) return { length: (a | (b << 8) | (c << 16) | (d << 24)) >>> 2, bytes: 4 }
  throw new RangeError('no list is that long')
}

/** Where an item starts in an encoded `Vec`, without decoding the rest; undefined beyond its end. */
export function packedOffset(encoded: Uint8Array, { width, at }: PackedItem): number | undefined {
  const { length, bytes } = prefix(encoded)
  return at >= 0 && at < length ? bytes + at * width : undefined
}
