import { type Tensor, tensorProblem } from '../tensor/tensor.js'
import { readTensor, writeTensor } from '../tensor/tensor-codec.js'
import { type Budget, costs } from './budget.js'
import { FieldProblem } from './field-problem.js'
import type { EnumType, FieldType } from './fields.js'
import type { Scalar } from './scalars.js'
import { type WireReader, type WireType, wireTypes } from './wire-reader.js'
import type { WireWriter } from './wire-writer.js'

/** How a single value (a scalar, an enum, a message, a tensor) is written and read, without its tag. */
export interface ValuePlan {
  readonly wireType: WireType
  /** What a decoded value costs of the budget. */
  readonly cost: number
  /** The value of an absent field; undefined for a message or a tensor, which have none. */
  readonly initial: unknown
  /** Whether the value is the default, which proto3 leaves off the wire. */
  isInitial(value: unknown): boolean
  write(writer: WireWriter, value: unknown): void
  read(reader: WireReader, budget: Budget): unknown
  /** For messages and tensors: what reads the joined bytes of all occurrences, which is how protobuf merges them. */
  readonly readJoined?: (bytes: Uint8Array, budget: Budget) => unknown
}

/** The plan of a scalar. */
export function scalarPlan(scalar: Scalar<unknown>): ValuePlan {
  const { wireType, initial } = scalar
  return {
    wireType,
    cost: initial instanceof Uint8Array ? costs.bytes : costs.scalar,
    initial,
    // -0 is not the default of a float; an empty byte string is its own.
    isInitial: (value) => Object.is(value, initial) || (value instanceof Uint8Array && initial instanceof Uint8Array && value.length === 0),
    write(writer, value) {
      const expected = scalar.check(value)
      if (expected) throw new FieldProblem('', value === undefined ? `it is required: ${expected}` : `the value must be ${expected}`)
      scalar.write(writer, value)
    },
    read: (reader) => scalar.read(reader),
  }
}

/** The plan of an enum. */
export function enumPlan({ values }: EnumType): ValuePlan {
  const numbers = new Map(Object.entries(values))
  const names = new Map(Object.entries(values).map(([name, number]) => [number, name]))
  const initial = names.get(0)
  return {
    wireType: wireTypes.varint,
    cost: costs.scalar,
    initial,
    isInitial: (value) => value === initial,
    write(writer, value) {
      const number = numbers.get(value as string)
      if (number === undefined) throw new FieldProblem('', `the value must be one of ${[...numbers.keys()].slice(0, 16).join(', ')}`)
      writer.int32(number)
    },
    read(reader) {
      const number = reader.int32()
      const name = names.get(number)
      if (name === undefined) throw new FieldProblem('', `the enum has no value ${number}`)
      return name
    },
  }
}

/** The plan of a tensor. */
export function tensorPlan({ dtype, rank }: Extract<FieldType, { kind: 'tensor' }>): ValuePlan {
  const check = (tensor: Tensor) => {
    if (dtype !== undefined && tensor.dtype !== dtype)
      throw new FieldProblem('', `the tensor must have the dtype ${dtype}, not ${tensor.dtype}`)
    if (rank !== undefined && tensor.shape.length !== rank)
      throw new FieldProblem('', `the tensor must have ${rank} dimensions, not ${tensor.shape.length}`)
    return tensor
  }
  const readJoined = (bytes: Uint8Array, budget: Budget) => check(readTensor(bytes, budget.tensors))
  return {
    wireType: wireTypes.bytes,
    cost: costs.tensor,
    initial: undefined,
    isInitial: () => false,
    write(writer, value) {
      if (value === undefined) throw new FieldProblem('', 'it is required: a tensor')
      const problem = tensorProblem(value)
      if (problem) throw problem
      writer.fork()
      writeTensor(writer, check(value as Tensor))
      writer.join()
    },
    read: (reader, budget) => readJoined(reader.view(), budget),
    readJoined,
  }
}
