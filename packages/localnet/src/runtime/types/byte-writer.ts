/** Writes SCALE into one growing buffer: for long lists that are written as often as the state changes. */
export class ByteWriter {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  constructor(sizeBytes = 1024) {
    this.#bytes = new Uint8Array(sizeBytes)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** What was written so far; valid until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  bytes(value: Uint8Array): this {
    this.#reserve(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
    return this
  }

  /** `Compact<u8>` to `Compact<u64>`. */
  compact(value: number | bigint): this {
    this.#reserve(9)
    if (value < 0x40) this.#bytes[this.#length++] = Number(value) << 2
    else if (value < 0x4000) this.#put((Number(value) << 2) | 1, 2)
    else if (value < 0x4000_0000) this.#put(((Number(value) << 2) | 2) >>> 0, 4)
    else this.#large(BigInt(value))
    return this
  }

  #put(value: number, bytes: 2 | 4): void {
    if (bytes === 2) this.#view.setUint16(this.#length, value, true)
    else this.#view.setUint32(this.#length, value, true)
    this.#length += bytes
  }

  #large(value: bigint): void {
    this.#view.setBigUint64(this.#length + 1, value, true)
    let bytes = 8
    while (bytes > 4 && this.#bytes[this.#length + bytes] === 0) bytes--
    this.#bytes[this.#length] = ((bytes - 4) << 2) | 3
    this.#length += 1 + bytes
  }

  #reserve(more: number): void {
    const wanted = this.#length + more
    if (wanted <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(wanted, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}
