export { acceptedEncodings, type CompressedEncoding, type Decompressed, decompress } from './decompress.js'
export { makeDirectory } from './make-directory.js'
