import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type CompressedEncoding, type Decompressed, decompress } from './decompress.js'

const text = Buffer.from('abc'.repeat(1_000))
const unpacked = (encoding: CompressedEncoding, packed: Uint8Array, maxBytes = 10_000) =>
  new Promise<Decompressed>((done) => decompress(encoding, packed, { maxBytes, done }))

describe.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
] as const)('decompress, %s', (encoding, pack) => {
  it('gives the message back, where numbers behind a prefix are aligned', async () => {
    const result = (await unpacked(encoding, pack(text))) as Buffer
    expect(result.equals(text)).toBe(true)
    expect(result.byteOffset % 8).toBe(5)
    expect(await unpacked(encoding, pack(Buffer.alloc(0)))).toHaveLength(0)
  })

  it('keeps to the limit, to the byte', async () => {
    expect(await unpacked(encoding, pack(text), text.length)).toHaveLength(text.length)
    expect(await unpacked(encoding, pack(text), text.length - 1)).toBe('too-large')
  })

  it('refuses what is not packed so, and what was cut short', async () => {
    expect(await unpacked(encoding, text)).toBe('bad-data')
    expect(await unpacked(encoding, pack(text).subarray(0, -5))).toBe('bad-data')
  })
})
