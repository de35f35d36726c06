const prefixBytes = 5

/** Why the bytes of a peer are no message. */
export type ReadFault = 'too-large' | 'bad-flag'

/**
 * Takes gRPC's length-prefixed messages out of frames: each is copied once, into a buffer of its own, so that nothing else is kept alive
 * by it and its bytes start at 5 modulo 8, as the tensors in it are aligned for.
 *
 * Source: grpc/doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message".
 */
export class MessageReader {
  readonly #maxBytes: number
  // Frames that no message was taken from yet, where the first one's unread bytes start, and how many are unread in all.
  readonly #frames: Buffer[] = []
  #start = 0
  #unread = 0
  #isCompressed = false
  #body: Buffer | undefined
  #filled = 0
  #fault: ReadFault | undefined

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether the message that {@link next} gave last is compressed. */
  get isCompressed(): boolean {
    return this.#isCompressed
  }

  /** Whether nothing is left over: no bytes, no half a message. */
  get isEmpty(): boolean {
    return this.#unread === 0 && this.#body === undefined
  }

  /** Takes one frame's data. It is not copied before {@link next}. */
  add(frame: Buffer): void {
    if (frame.length === 0) return
    this.#frames.push(frame)
    this.#unread += frame.length
  }

  /** @returns The next message, undefined if it is not all there, or why it never will be. */
  next(): Buffer | ReadFault | undefined {
    if (this.#fault !== undefined) return this.#fault
    if (this.#body === undefined) {
      if (this.#unread < prefixBytes) return undefined
      const flag = this.#byte()
      // Below 2^32, so not by shifts alone.
      const length = this.#byte() * 0x1000000 + ((this.#byte() << 16) | (this.#byte() << 8) | this.#byte())
      this.#isCompressed = flag === 1
      if (flag > 1) this.#fault = 'bad-flag'
      // What cannot be compressed grows a little.
      else if (length > this.#maxBytes + (flag === 1 ? 1024 + Math.ceil(this.#maxBytes / 256) : 0)) this.#fault = 'too-large'
      if (this.#fault !== undefined) return this.#fault
      // A pooled or a new buffer starts at a multiple of 8; so its message starts at 5. Pages that are never written to cost nothing.
      this.#body = Buffer.allocUnsafe(prefixBytes + length)
      this.#filled = prefixBytes
    }
    const body = this.#body
    while (this.#filled < body.length) {
      const frame = this.#frames[0]
      if (frame === undefined) return undefined
      const copied = frame.copy(body, this.#filled, this.#start)
      this.#filled += copied
      this.#skip(frame, copied)
    }
    this.#body = undefined
    return body.subarray(prefixBytes)
  }

  /** The next byte; there must be one. */
  #byte(): number {
    const frame = this.#frames[0] as Buffer
    const byte = frame[this.#start] as number
    this.#skip(frame, 1)
    return byte
  }

  #skip(frame: Buffer, bytes: number): void {
    this.#start += bytes
    this.#unread -= bytes
    if (this.#start < frame.length) return
    this.#frames.shift()
    this.#start = 0
  }
}
