/** Reads SCALE strictly: a byte too few, or a number in more bytes than it needs, throws. */
export class ScaleReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Whether all was read. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  bytes(length: number): Uint8Array {
    if (!Number.isSafeInteger(length) || length < 0 || this.#at + length > this.#bytes.length) throw new RangeError('cut off')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  u8(): number {
    return this.bytes(1)[0] as number
  }

  u16(): number {
    return this.u8() | (this.u8() << 8)
  }

  u32(): number {
    return this.u16() + this.u16() * 0x1_0000
  }

  /** Compact, in the fewest bytes, below 2^30: a length or a small number. */
  compact(): number {
    const first = this.u8()
    const mode = first & 3
    if (mode === 0) return first >> 2
    const value =
      mode === 1
        ? (first | (this.u8() << 8)) >>> 2
        : mode === 2
          ? ((first | (this.u8() << 8) | (this.u8() << 16)) + this.u8() * 0x100_0000) / 4
          : Number.NaN
    const whole = Math.floor(value)
    if (!(whole >= (mode === 1 ? 1 << 6 : 1 << 14))) throw new RangeError('not the shortest form')
    return whole
  }

  /** A compact number of any size up to u64, as a bigint. */
  bigCompact(): bigint {
    const first = this.#bytes[this.#at]
    if (first === undefined || (first & 3) !== 3) return BigInt(this.compact())
    const length = (this.u8() >> 2) + 4
    const bytes = this.bytes(length)
    if (length > 8 || bytes[length - 1] === 0) throw new RangeError('not the shortest form')
    return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
  }

  /** A vector, with a bound on its length. */
  vector(item: () => unknown, max: number): number {
    const length = this.compact()
    if (length > max) throw new RangeError('too long')
    for (let index = 0; index < length; index++) item()
    return length
  }
}
