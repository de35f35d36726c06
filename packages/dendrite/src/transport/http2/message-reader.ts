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
  readonly #prefix = Buffer.allocUnsafe(prefixBytes)
  #prefixFilled = 0
  // Frames that no message was taken from yet, and where the first one's unread bytes start.
  readonly #frames: Buffer[] = []
  #start = 0
  #body: Buffer | undefined
  #filled = 0
  #fault: ReadFault | undefined

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether the message that {@link next} gave last is compressed. */
  get isCompressed(): boolean {
    return this.#prefix[0] === 1
  }

  /** Whether nothing is left over: no bytes, no half a message. */
  get isEmpty(): boolean {
    return this.#frames.length === 0 && this.#body === undefined && this.#prefixFilled === 0
  }

  /** Takes one frame's data. It is not copied before {@link next}. */
  add(frame: Buffer): void {
    if (frame.length > 0) this.#frames.push(frame)
  }

  /** @returns The next message, undefined if it is not all there, or why it never will be. */
  next(): Buffer | ReadFault | undefined {
    if (this.#fault !== undefined) return this.#fault
    if (this.#body === undefined) {
      this.#prefixFilled = this.#take(this.#prefix, this.#prefixFilled)
      if (this.#prefixFilled < prefixBytes) return undefined
      const isCompressed = this.#prefix[0] === 1
      const length = this.#prefix.readUInt32BE(1)
      if (!isCompressed && this.#prefix[0] !== 0) this.#fault = 'bad-flag'
      // What cannot be compressed grows a little.
      else if (length > this.#maxBytes + (isCompressed ? 1024 + Math.ceil(this.#maxBytes / 256) : 0)) this.#fault = 'too-large'
      if (this.#fault !== undefined) return this.#fault
      // A pooled or a new buffer starts at a multiple of 8; so its message starts at 5.
      this.#body = Buffer.allocUnsafe(prefixBytes + length)
      this.#filled = prefixBytes
    }
    const body = this.#body
    this.#filled = this.#take(body, this.#filled)
    if (this.#filled < body.length) return undefined
    this.#body = undefined
    this.#prefixFilled = 0
    return body.subarray(prefixBytes)
  }

  /** Copies what there is into a target. @returns Up to where it is filled. */
  #take(target: Buffer, from: number): number {
    let filled = from
    while (filled < target.length) {
      const frame = this.#frames[0]
      if (frame === undefined) break
      const copied = frame.copy(target, filled, this.#start)
      filled += copied
      this.#start += copied
      if (this.#start === frame.length) {
        this.#frames.shift()
        this.#start = 0
      }
    }
    return filled
  }
}
