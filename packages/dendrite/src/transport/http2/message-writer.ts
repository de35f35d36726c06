import type { ClientHttp2Stream } from 'node:http2'
import { gzip } from 'node:zlib'

const prefixBytes = 5
const maxJoinedBytes = 16 * 1024
const minCompressedBytes = 1024
const highWaterBytes = 64 * 1024

/** Writes gRPC's length-prefixed messages to a stream, in order; keeps them until there is one. */
export class MessageWriter {
  readonly #compression: 'gzip' | undefined
  readonly #onDrain: () => void
  #stream: ClientHttp2Stream | undefined
  readonly #queue: Uint8Array[] = []
  #queuedBytes = 0
  #isEnding = false
  #isEnded = false
  #isCompressing = false
  #isDrainWanted = false

  constructor(compression: 'gzip' | undefined, onDrain: () => void) {
    this.#compression = compression
    this.#onDrain = onDrain
  }

  /** Whether the last message is known. */
  get isEnding(): boolean {
    return this.#isEnding
  }

  /** @returns Whether there is room for another. */
  send(message: Uint8Array, isLast: boolean): boolean {
    if (this.#isEnding) return false
    if (isLast) this.#isEnding = true
    const hasRoom = this.#write(message)
    this.#isDrainWanted = !hasRoom && !isLast
    return hasRoom
  }

  end(): void {
    if (this.#isEnding) return
    this.#isEnding = true
    if (this.#queue.length === 0 && !this.#isCompressing) this.#finish()
  }

  /** Gives it the stream: what was kept leaves now. */
  attach(stream: ClientHttp2Stream): void {
    this.#stream = stream
    if (this.#queue.length > 0) this.#flush()
    else if (this.#isEnding) this.#finish()
  }

  /** Forgets what was not written. */
  clear(): void {
    this.#isEnding = true
    this.#isEnded = true
    this.#queue.length = 0
  }

  #write(message: Uint8Array): boolean {
    const stream = this.#stream
    if (stream === undefined || this.#compression !== undefined || this.#queue.length > 0) {
      this.#queue.push(message)
      this.#queuedBytes += message.length
      if (stream !== undefined) this.#flush()
      return this.#queuedBytes < highWaterBytes
    }
    return this.#put(stream, message, 0, this.#isEnding)
  }

  /** Writes what is queued, as far as it need not be compressed first. */
  #flush(): void {
    const stream = this.#stream
    while (stream !== undefined && !this.#isCompressing && !this.#isEnded) {
      const message = this.#queue.shift()
      if (message === undefined) break
      if (this.#compression === 'gzip' && message.length >= minCompressedBytes) {
        this.#isCompressing = true
        gzip(message, (error, packed) => {
          this.#isCompressing = false
          if (this.#isEnded) return
          this.#queuedBytes -= message.length
          const isLast = this.#isEnding && this.#queue.length === 0
          const hasRoom = error === null ? this.#put(stream, packed, 1, isLast) : this.#put(stream, message, 0, isLast)
          this.#flush()
          if (hasRoom) this.#onStreamDrain()
        })
        return
      }
      this.#queuedBytes -= message.length
      const hasRoom = this.#put(stream, message, 0, this.#isEnding && this.#queue.length === 0)
      if (hasRoom && this.#queue.length === 0) process.nextTick(() => this.#onStreamDrain())
    }
  }

  #onStreamDrain(): void {
    if (!this.#isDrainWanted || this.#queuedBytes >= highWaterBytes) return
    this.#isDrainWanted = false
    this.#onDrain()
  }

  #finish(): void {
    if (this.#stream === undefined || this.#isEnded) return
    this.#isEnded = true
    this.#stream.end()
  }

  #put(stream: ClientHttp2Stream, message: Uint8Array, flag: 0 | 1, isLast: boolean): boolean {
    const { length } = message
    if (isLast) this.#isEnded = true
    if (length <= maxJoinedBytes) {
      const frame = Buffer.allocUnsafe(prefixBytes + length)
      frame[0] = flag
      frame.writeUInt32BE(length, 1)
      frame.set(message, prefixBytes)
      if (!isLast) return this.#roomAfter(stream, stream.write(frame))
      stream.end(frame)
      return false
    }
    // Too much to copy for a prefix: one writev takes both.
    const prefix = Buffer.allocUnsafe(prefixBytes)
    prefix[0] = flag
    prefix.writeUInt32BE(length, 1)
    stream.cork()
    stream.write(prefix)
    const body = Buffer.from(message.buffer, message.byteOffset, length)
    const hasRoom = stream.write(body)
    if (isLast) stream.end()
    stream.uncork()
    return isLast ? false : this.#roomAfter(stream, hasRoom)
  }

  #roomAfter(stream: ClientHttp2Stream, hasRoom: boolean): boolean {
    // Listened for when it is needed: most calls send one message.
    if (!hasRoom && stream.listenerCount('drain') === 0) stream.once('drain', () => this.#onStreamDrain())
    return hasRoom
  }
}
