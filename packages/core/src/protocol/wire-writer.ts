const textEncoder = new TextEncoder()

// Shorter values are copied into the draft: cheaper than an object for each, and they are copied twice then.
const shortBytes = 512
// A draft that grew beyond this is not kept for the next message.
const keptDraftBytes = 1 << 16

/** Data that goes into the message when it is put together, so that it is copied once. */
interface Insert {
  /** Where in the draft. */
  at: number
  readonly data: Uint8Array
  /** Of {@link WireWriter.alignedBytes}: the tag of the data and that of the padding. */
  readonly tags?: { readonly data: number; readonly padding: number }
}

// A field of padding takes 0 or 2 to 9 bytes before the data, and what is left of 9 behind it, which is never 1: so that the
// message's length does not depend on where in it the data comes to lie.
const paddingBytes = 9

/** The bytes of gRPC's prefix (a flag and a length), which stand before a message in its frame. */
const framePrefixBytes = 5

const varintLength = (value: number): number =>
  value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5

/** Puts a varint of 32 bits; returns the position behind it. */
function putVarint(into: Uint8Array, position: number, value: number): number {
  let rest = value >>> 0
  let at = position
  for (; rest > 0x7f; rest >>>= 7) into[at++] = (rest & 0x7f) | 0x80
  into[at++] = rest
  return at
}

/** Puts a field of zeros that takes so many bytes in all: none, or 2 to 9. */
function putPadding(into: Uint8Array, position: number, tag: number, size: number): number {
  if (size === 0) return position
  into[position] = tag
  into[position + 1] = size - 2
  return into.fill(0, position + 2, position + size) && position + size
}

/**
 * Memory for a message: 5 bytes behind a multiple of 8, so that what is aligned in the frame is aligned here.
 *
 * Node's pool gives multiples of 8, and its memory is not cleared first.
 */
function allocateMessage(length: number): Uint8Array<ArrayBuffer> {
  if (typeof Buffer === 'undefined') return new Uint8Array(new ArrayBuffer(framePrefixBytes + length), framePrefixBytes)
  const memory = Buffer.allocUnsafe(framePrefixBytes + length)
  return new Uint8Array(memory.buffer, memory.byteOffset + framePrefixBytes, length)
}

/**
 * Writes the protobuf wire format.
 *
 * Own code beside protobufjs' writer, because that one cannot tell where in the message a field comes to lie, without
 * which nothing can be aligned. Small fields go into a draft; large data is only referred to until {@link finish}.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export class WireWriter {
  #draft = new Uint8Array(256)
  #view = new DataView(this.#draft.buffer)
  #position = 0
  #inserts: Insert[] = []
  #insertedBytes = 0
  /** For each open {@link fork}: where it began, the bytes inserted until then, the number of inserts. */
  readonly #forks: number[] = []

  uint32(value: number): this {
    this.#reserve(5)
    this.#position = putVarint(this.#draft, this.#position, value)
    return this
  }

  int32(value: number): this {
    // A negative one is sign-extended to 64 bits.
    return value < 0 ? this.varint64(value, -1) : this.uint32(value)
  }

  sint32(value: number): this {
    return this.uint32((value << 1) ^ (value >> 31))
  }

  /** A varint of 64 bits, of its two halves. */
  varint64(low: number, high: number): this {
    this.#reserve(10)
    let lower = low >>> 0
    let upper = high >>> 0
    let at = this.#position
    const draft = this.#draft
    for (; upper > 0; upper >>>= 7) {
      draft[at++] = (lower & 0x7f) | 0x80
      lower = ((lower >>> 7) | (upper << 25)) >>> 0
    }
    this.#position = putVarint(draft, at, lower)
    return this
  }

  uint64(value: bigint): this {
    return this.varint64(Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n)))
  }

  sint64(value: bigint): this {
    return this.uint64((value << 1n) ^ (value >> 63n))
  }

  fixed32(value: number): this {
    const position = this.#take(4)
    this.#view.setUint32(position, value, true)
    return this
  }

  fixed64(value: bigint): this {
    const position = this.#take(8)
    this.#view.setBigUint64(position, BigInt.asUintN(64, value), true)
    return this
  }

  float(value: number): this {
    const position = this.#take(4)
    this.#view.setFloat32(position, value, true)
    return this
  }

  double(value: number): this {
    const position = this.#take(8)
    this.#view.setFloat64(position, value, true)
    return this
  }

  bool(value: boolean): this {
    return this.uint32(value ? 1 : 0)
  }

  string(value: string): this {
    // UTF-8 takes up to 3 bytes for each unit of UTF-16; 5 more for the length.
    this.#reserve(5 + value.length * 3)
    const start = this.#position
    const written = this.#ascii(value, start + 1) ?? textEncoder.encodeInto(value, this.#draft.subarray(start + 1)).written
    this.#position = start + 1 + written
    this.#prefix(start, written, this.#inserts.length)
    return this
  }

  bytes(value: Uint8Array): this {
    this.uint32(value.length)
    if (value.length < shortBytes) {
      // First the room: taking it may change the draft.
      const position = this.#take(value.length)
      this.#draft.set(value, position)
    } else this.#insert({ at: this.#position, data: value }, value.length)
    return this
  }

  /**
   * A field of bytes, tag and all, whose data lies at a multiple of 8 in the frame: 5 bytes of prefix, then the message.
   *
   * A field of zeros before it, or behind it, or both, 9 bytes in all, sees to that; readers pass over it as unknown.
   */
  alignedBytes(tags: { readonly data: number; readonly padding: number }, data: Uint8Array): this {
    this.#insert({ at: this.#position, data, tags }, paddingBytes + 1 + varintLength(data.length) + data.length)
    return this
  }

  /** Opens a length-delimited value; what follows until {@link join} is its content. */
  fork(): this {
    this.#forks.push(this.#position, this.#insertedBytes, this.#inserts.length)
    // One byte for the length, which most have; a longer one moves the content.
    this.#take(1)
    return this
  }

  /** Closes the value that {@link fork} opened. */
  join(): this {
    const inserts = this.#forks.pop() as number
    const insertedBefore = this.#forks.pop() as number
    const start = this.#forks.pop() as number
    this.#prefix(start, this.#position - start - 1 + this.#insertedBytes - insertedBefore, inserts)
    return this
  }

  /** The message. The writer is empty afterwards and may be used again. */
  finish(): Uint8Array<ArrayBuffer> {
    const message = allocateMessage(this.#position + this.#insertedBytes)
    let from = 0
    let to = 0
    for (const { at, data, tags } of this.#inserts) {
      to = put(message, to, this.#draft.subarray(from, at))
      from = at
      if (!tags) to = put(message, to, data)
      else {
        const head = 1 + varintLength(data.length)
        const misplaced = (framePrefixBytes + to + head) % 8
        // A field cannot take 1 byte: 9 instead.
        const before = misplaced === 0 ? 0 : misplaced === 7 ? paddingBytes : 8 - misplaced
        to = putPadding(message, to, tags.padding, before)
        message[to] = tags.data
        to = putVarint(message, to + 1, data.length)
        to = put(message, to, data)
        to = putPadding(message, to, tags.padding, paddingBytes - before)
      }
    }
    put(message, to, this.#draft.subarray(from, this.#position))
    this.reset()
    return message
  }

  /** Forgets what was written. */
  reset(): void {
    this.#position = 0
    this.#inserts = []
    this.#insertedBytes = 0
    this.#forks.length = 0
    if (this.#draft.length > keptDraftBytes) this.#use(new Uint8Array(256))
  }

  /** Writes the length of a value whose first byte was kept free for it, and moves the value where that is too little. */
  #prefix(start: number, length: number, firstInsert: number): void {
    const more = varintLength(length) - 1
    if (more > 0) {
      this.#reserve(more)
      this.#draft.copyWithin(start + 1 + more, start + 1, this.#position)
      this.#position += more
      for (let index = firstInsert; index < this.#inserts.length; index++) (this.#inserts[index] as Insert).at += more
    }
    putVarint(this.#draft, start, length)
  }

  /** Writes a short text if it is ASCII; returns its length. */
  #ascii(value: string, position: number): number | undefined {
    if (value.length > 64) return undefined
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index)
      if (unit > 0x7f) return undefined
      this.#draft[position + index] = unit
    }
    return value.length
  }

  #insert(insert: Insert, length: number): void {
    this.#inserts.push(insert)
    this.#insertedBytes += length
  }

  #take(length: number): number {
    this.#reserve(length)
    const position = this.#position
    this.#position += length
    return position
  }

  #reserve(length: number): void {
    const needed = this.#position + length
    if (needed <= this.#draft.length) return
    const larger = new Uint8Array(Math.max(needed, this.#draft.length * 2))
    larger.set(this.#draft.subarray(0, this.#position))
    this.#use(larger)
  }

  #use(draft: Uint8Array<ArrayBuffer>): void {
    this.#draft = draft
    this.#view = new DataView(draft.buffer)
  }
}

function put(into: Uint8Array, position: number, data: Uint8Array): number {
  into.set(data, position)
  return position + data.length
}
