/** The longest frame, in bytes: a payload of 64 KiB in base64, and the words around it. */
export const maxFrameBytes = 96 * 1024

/** A value as a frame: its length in 4 bytes, big-endian, and its JSON. */
export function encodeFrame(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value))
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}

/** Puts frames together again. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)

  /** Whether a frame has begun and is not whole. */
  get isWaiting(): boolean {
    return this.#rest.length > 0
  }

  /**
   * Takes bytes, and gives what is whole.
   *
   * @throws RangeError for a frame that is too long, SyntaxError for one that is no JSON: the connection cannot go on.
   */
  push(chunk: Buffer): unknown[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const values: unknown[] = []
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUInt32BE(0)
      if (length > maxFrameBytes) throw new RangeError('too long')
      if (this.#rest.length < 4 + length) break
      values.push(JSON.parse(this.#rest.subarray(4, 4 + length).toString('utf8')))
      this.#rest = this.#rest.subarray(4 + length)
    }
    // A view would keep the whole chunk.
    if (values.length > 0) this.#rest = Buffer.from(this.#rest)
    return values
  }
}
