import { TensorKitError } from '../errors/tensorkit-error.js'
import { FieldProblem } from './field-problem.js'

/** How a field's value is framed. Groups (3, 4) are refused: proto3 has none. */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** One of the framings of {@link wireTypes}. */
export type WireType = (typeof wireTypes)[keyof typeof wireTypes]

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const malformed = (what: string) => new TensorKitError('PROTOCOL_DECODE_FAILED', `The message is malformed: ${what}`)

/**
 * Reads the protobuf wire format from bytes that nobody vouches for.
 *
 * Own code beside protobufjs' reader, because that one finds its 64-bit integers by a dynamic require, takes over-wide
 * 32-bit varints by cutting them, and does not check UTF-8.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  #position: number
  #lazyView: DataView | undefined

  constructor(
    readonly bytes: Uint8Array,
    start = 0,
    readonly end = bytes.length,
  ) {
    this.#position = start
  }

  /** How far it has read, from the start of the bytes. */
  get position(): number {
    return this.#position
  }

  get done(): boolean {
    return this.#position >= this.end
  }

  /** The low and the high half of a varint, each an unsigned 32-bit number. */
  varint(): { readonly low: number; readonly high: number } {
    let low = 0
    let high = 0
    for (let index = 0; index < 10; index++) {
      const byte = this.#byte()
      const bits = byte & 0x7f
      if (index < 4) low |= bits << (7 * index)
      else if (index === 4) {
        low |= bits << 28
        high = bits >> 4
      } else if (index < 9) high |= bits << (7 * index - 32)
      else if (bits > 1) throw malformed('a varint has more than 64 bits')
      else high |= bits << 31
      if (byte < 0x80) return { low: low >>> 0, high: high >>> 0 }
    }
    throw malformed('a varint has more than 10 bytes')
  }

  /** A varint of 32 bits. */
  uint32(): number {
    // Most varints (tags, lengths, small numbers) are one byte: no object for those.
    const byte = this.bytes[this.#position]
    if (byte !== undefined && byte < 0x80 && this.#position < this.end) {
      this.#position++
      return byte
    }
    const { low, high } = this.varint()
    if (high !== 0) throw malformed('a number is out of the range of 32 bits')
    return low
  }

  /** A varint of 32 bits in two's complement, as 10 bytes if negative (5 are taken too). */
  int32(): number {
    const { low, high } = this.varint()
    if (high !== 0 && !(high === 0xffffffff && low >= 0x80000000)) throw malformed('a number is out of the range of 32 bits')
    return low | 0
  }

  uint64(): bigint {
    const { low, high } = this.varint()
    return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low)
  }

  fixed32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  sfixed32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }

  float(): number {
    return this.#view.getFloat32(this.#advance(4), true)
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true)
  }

  sfixed64(): bigint {
    return this.#view.getBigInt64(this.#advance(8), true)
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8), true)
  }

  /** A view of the next length-delimited value: nothing is copied. */
  view(): Uint8Array {
    const length = this.uint32()
    const start = this.#advance(length)
    return this.bytes.subarray(start, start + length)
  }

  /** A string. @throws PROTOCOL_DECODE_FAILED if it is not UTF-8. */
  string(): string {
    const view = this.view()
    try {
      return utf8.decode(view)
    } catch {
      throw malformed('a string is not UTF-8')
    }
  }

  /** A field's number and framing. */
  tag(): { readonly number: number; readonly wireType: WireType } {
    const tag = this.uint32()
    const number = tag >>> 3
    const wireType = tag & 7
    if (number === 0) throw malformed('a field has the number 0')
    if (wireType !== 0 && wireType !== 1 && wireType !== 2 && wireType !== 5) throw malformed(`a field has the wire type ${wireType}`)
    return { number, wireType }
  }

  /** Passes over a value of an unknown field. */
  skip(wireType: WireType): void {
    if (wireType === wireTypes.varint) this.varint()
    else if (wireType === wireTypes.fixed64) this.#advance(8)
    else if (wireType === wireTypes.fixed32) this.#advance(4)
    else this.#advance(this.uint32())
  }

  // Made only when needed: most messages have no fixed-size field.
  get #view(): DataView {
    this.#lazyView ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
    return this.#lazyView
  }

  #byte(): number {
    return this.bytes[this.#advance(1)] as number
  }

  #advance(length: number): number {
    const start = this.#position
    if (length > this.end - start) throw malformed('it ends within a field')
    this.#position = start + length
    return start
  }
}

/** What stands before a field's value. */
export const tagOf = (number: number, wireType: WireType): number => ((number << 3) | wireType) >>> 0

/** The fault of a known field that is framed as another type of field. */
export const wrongWireType = (wireType: WireType) => new FieldProblem('', `it has the wire type ${wireType} of another type of field`)

/** The parts as one. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  if (parts.length === 1 && first) return first
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let position = 0
  for (const part of parts) {
    joined.set(part, position)
    position += part.length
  }
  return joined
}
