import { type WireReader, type WireType, wireTypes } from './wire-reader.js'
import type { WireWriter } from './wire-writer.js'

/** The scalar types of proto3, with the type of their values: 64-bit integers are bigint, so that none is rounded. */
export interface ScalarValues {
  double: number
  float: number
  int32: number
  int64: bigint
  uint32: number
  uint64: bigint
  sint32: number
  sint64: bigint
  fixed32: number
  fixed64: bigint
  sfixed32: number
  sfixed64: bigint
  bool: boolean
  string: string
  bytes: Uint8Array
}

/** The name of a scalar type of proto3. */
export type ScalarName = keyof ScalarValues

/** The scalar types that a map's key may have. */
export type MapKeyName = Exclude<ScalarName, 'double' | 'float' | 'bytes'>

/** How one scalar type is checked, written and read. */
export interface Scalar<T> {
  readonly wireType: WireType
  /** The value of a field that is not on the wire. */
  readonly initial: T
  /** What the value must be, where it is something else. */
  check(value: unknown): string | undefined
  write(writer: WireWriter, value: T): void
  read(reader: WireReader): T
}

const integer = (low: number, high: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high ? undefined : `an integer from ${low} to ${high}`
const bigInteger = (low: bigint, high: bigint) => (value: unknown) =>
  typeof value === 'bigint' && value >= low && value <= high ? undefined : `a bigint from ${low} to ${high}`

const isInt32 = integer(-0x80000000, 0x7fffffff)
const isUint32 = integer(0, 0xffffffff)
const isInt64 = bigInteger(-(1n << 63n), (1n << 63n) - 1n)
const isUint64 = bigInteger(0n, (1n << 64n) - 1n)
const loneSurrogate = /\p{Surrogate}/u

/** Every scalar type of proto3. Source: https://protobuf.dev/programming-guides/proto3/#scalar */
export const scalars: { readonly [N in ScalarName]: Scalar<ScalarValues[N]> } = {
  double: {
    wireType: wireTypes.fixed64,
    initial: 0,
    check: (value) => (typeof value === 'number' ? undefined : 'a number'),
    write: (writer, value) => void writer.double(value),
    read: (reader) => reader.double(),
  },
  float: {
    wireType: wireTypes.fixed32,
    initial: 0,
    // A finite number must stay one; NaN and the infinities are legal.
    check: (value) =>
      typeof value === 'number' && Number.isFinite(value) === Number.isFinite(Math.fround(value))
        ? undefined
        : 'a number within the range of a 32-bit float',
    write: (writer, value) => void writer.float(value),
    read: (reader) => reader.float(),
  },
  int32: {
    wireType: wireTypes.varint,
    initial: 0,
    check: isInt32,
    write: (writer, value) => void writer.int32(value),
    read: (reader) => reader.int32(),
  },
  int64: {
    wireType: wireTypes.varint,
    initial: 0n,
    check: isInt64,
    write: (writer, value) => void writer.uint64(value),
    read: (reader) => BigInt.asIntN(64, reader.uint64()),
  },
  uint32: {
    wireType: wireTypes.varint,
    initial: 0,
    check: isUint32,
    write: (writer, value) => void writer.uint32(value),
    read: (reader) => reader.uint32(),
  },
  uint64: {
    wireType: wireTypes.varint,
    initial: 0n,
    check: isUint64,
    write: (writer, value) => void writer.uint64(value),
    read: (reader) => reader.uint64(),
  },
  sint32: {
    wireType: wireTypes.varint,
    initial: 0,
    check: isInt32,
    write: (writer, value) => void writer.sint32(value),
    read: (reader) => {
      const zigzag = reader.uint32()
      return (zigzag >>> 1) ^ -(zigzag & 1)
    },
  },
  sint64: {
    wireType: wireTypes.varint,
    initial: 0n,
    check: isInt64,
    write: (writer, value) => void writer.sint64(value),
    read: (reader) => {
      const zigzag = reader.uint64()
      return (zigzag >> 1n) ^ -(zigzag & 1n)
    },
  },
  fixed32: {
    wireType: wireTypes.fixed32,
    initial: 0,
    check: isUint32,
    write: (writer, value) => void writer.fixed32(value),
    read: (reader) => reader.fixed32(),
  },
  fixed64: {
    wireType: wireTypes.fixed64,
    initial: 0n,
    check: isUint64,
    write: (writer, value) => void writer.fixed64(value),
    read: (reader) => reader.fixed64(),
  },
  sfixed32: {
    wireType: wireTypes.fixed32,
    initial: 0,
    check: isInt32,
    write: (writer, value) => void writer.fixed32(value),
    read: (reader) => reader.sfixed32(),
  },
  sfixed64: {
    wireType: wireTypes.fixed64,
    initial: 0n,
    check: isInt64,
    write: (writer, value) => void writer.fixed64(value),
    read: (reader) => reader.sfixed64(),
  },
  bool: {
    wireType: wireTypes.varint,
    initial: false,
    check: (value) => (typeof value === 'boolean' ? undefined : 'a boolean'),
    write: (writer, value) => void writer.bool(value),
    read: (reader) => {
      const { low, high } = reader.varint()
      return low !== 0 || high !== 0
    },
  },
  string: {
    wireType: wireTypes.bytes,
    initial: '',
    check: (value) => (typeof value === 'string' && !loneSurrogate.test(value) ? undefined : 'a string without lone surrogates'),
    write: (writer, value) => void writer.string(value),
    read: (reader) => reader.string(),
  },
  bytes: {
    wireType: wireTypes.bytes,
    initial: new Uint8Array(0),
    check: (value) => (value instanceof Uint8Array ? undefined : 'a Uint8Array'),
    write: (writer, value) => void writer.bytes(value),
    read: (reader) => reader.view(),
  },
}
