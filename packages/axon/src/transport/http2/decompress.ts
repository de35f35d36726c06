import { gunzip, inflate } from 'node:zlib'

/** How messages may be packed. */
export type Encoding = 'identity' | 'gzip' | 'deflate' | 'unknown'

/** The encodings of messages that are understood. */
export const acceptedEncodings = 'identity,gzip,deflate'

/** How decompressing ended. */
export type Decompressed = Buffer | 'too-large' | 'bad-data'

/** Decompresses one message; more than `maxBytes` never come to be, however small it is packed. */
export function decompress(encoding: 'gzip' | 'deflate', packed: Buffer, maxBytes: number, done: (result: Decompressed) => void): void {
  const unpack = encoding === 'gzip' ? gunzip : inflate
  unpack(packed, { maxOutputLength: maxBytes }, (error, unpacked) => {
    if (error === null) done(aligned(unpacked))
    else done((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'bad-data')
  })
}

/** At 5 modulo 8, like any other message. */
function aligned(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafe(bytes.length + 5)
  bytes.copy(copy, 5)
  return copy.subarray(5)
}
