import { gunzip, inflate } from 'node:zlib'

/** How a gRPC message may be compressed. */
export type CompressedEncoding = 'gzip' | 'deflate'

/** The encodings of gRPC messages that are understood, as `grpc-accept-encoding` names them. */
export const acceptedEncodings = 'identity,gzip,deflate'

/** How decompressing ended. */
export type Decompressed = Buffer | 'too-large' | 'bad-data'

/**
 * Decompresses one gRPC message; more than `maxBytes` never come to be, however small it is packed.
 *
 * @param done - Called once, later: a promise for each message would cost more.
 */
export function decompress(
  encoding: CompressedEncoding,
  packed: Uint8Array,
  { maxBytes, done }: { readonly maxBytes: number; readonly done: (result: Decompressed) => void },
): void {
  const unpack = encoding === 'gzip' ? gunzip : inflate
  unpack(packed, { maxOutputLength: maxBytes }, (error, unpacked) => {
    if (error === null) done(aligned(unpacked))
    else done((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'bad-data')
  })
}

/** At 5 modulo 8, like any other message behind its prefix: there numbers of a tensor are aligned. */
function aligned(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafe(bytes.length + 5)
  bytes.copy(copy, 5)
  return copy.subarray(5)
}
