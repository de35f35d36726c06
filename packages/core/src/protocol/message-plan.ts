import type { Writer } from 'protobufjs/minimal.js'
import { type Tensor, tensorProblem } from '../tensor/tensor.js'
import { readTensor, writeTensor } from '../tensor/tensor-codec.js'
import { FieldProblem, within } from './field-problem.js'
import type { EnumType, Field, FieldType, MessageType } from './fields.js'
import { type Scalar, scalars } from './scalars.js'
import { WireReader, type WireType, wireTypes } from './wire-reader.js'

/** How many elements may still be decoded. */
export interface Budget {
  left: number
}

/** How a message is written and read; made once, when its protocol is defined. */
export interface MessagePlan {
  readonly fieldCount: number
  write(writer: Writer, value: unknown): void
  read(bytes: Uint8Array, budget: Budget): Record<string, unknown>
}

/** How a single value (a scalar, an enum, a message, a tensor) is written and read, without its tag. */
interface ValuePlan {
  readonly wireType: WireType
  /** What a decoded element costs of the budget. */
  readonly cost: number
  /** The value of an absent field; undefined for a message or a tensor, which have none. */
  readonly initial: unknown
  /** Whether the value is the default, which proto3 leaves off the wire. */
  isInitial(value: unknown): boolean
  write(writer: Writer, value: unknown): void
  read(reader: WireReader, budget: Budget): unknown
  /** For messages and tensors: what reads the joined bytes of all occurrences, which is how protobuf merges them. */
  readonly readJoined?: (bytes: Uint8Array, budget: Budget) => unknown
}

interface FieldPlan {
  readonly name: string
  readonly presence: Field['presence']
  initial(): unknown
  write(writer: Writer, value: unknown): void
  /** Takes one occurrence from the wire into the message. */
  read(reader: WireReader, wireType: WireType, into: Record<string, unknown>, budget: Budget, pending: Pending): void
}

/** The bytes of messages and tensors in singular fields, until all their occurrences are known. */
type Pending = Map<FieldPlan, { readonly parts: Uint8Array[]; readonly finish: (bytes: Uint8Array, budget: Budget) => unknown }>

const wrongWireType = (wireType: WireType) => new FieldProblem('', `it has the wire type ${wireType} of another type of field`)

function spend(budget: Budget, count: number): void {
  budget.left -= count
  if (budget.left < 0) throw new FieldProblem('', 'the message has more elements than the limit')
}

/** The plan of a message. */
export function createPlan(type: MessageType): MessagePlan {
  const fields: FieldPlan[] = []
  const byNumber = new Map<number, FieldPlan>()
  for (const [name, field] of Object.entries(type.fields)) {
    const plan = fieldPlan(name, field)
    fields.push(plan)
    byNumber.set(field.number, plan)
  }
  return {
    fieldCount: fields.length,
    write(writer, value) {
      if (typeof value !== 'object' || value === null) throw new FieldProblem('', 'the value must be an object')
      for (const field of fields) {
        // A field may be called `constructor` or `toString`: what an object inherits is no value.
        const own =
          field.name in Object.prototype && !Object.hasOwn(value, field.name) ? undefined : (value as Record<string, unknown>)[field.name]
        if (own === undefined && field.presence === 'optional') continue
        try {
          field.write(writer, own)
        } catch (error) {
          throw within(field.name, error)
        }
      }
    },
    read(bytes, budget) {
      const into: Record<string, unknown> = {}
      for (const field of fields) if (field.presence === 'implicit' || field.presence === 'list') into[field.name] = field.initial()
      const reader = new WireReader(bytes)
      const pending: Pending = new Map()
      while (!reader.done) {
        const { number, wireType } = reader.tag()
        const field = byNumber.get(number)
        if (!field) {
          reader.skip(wireType)
          continue
        }
        try {
          field.read(reader, wireType, into, budget, pending)
        } catch (error) {
          throw within(field.name, error)
        }
      }
      for (const [field, { parts, finish }] of pending) {
        try {
          into[field.name] = finish(join(parts), budget)
        } catch (error) {
          throw within(field.name, error)
        }
      }
      for (const field of fields) {
        if (field.presence === 'required' && !pending.has(field)) throw new FieldProblem(field.name, 'it is required, but absent')
      }
      return into
    },
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
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

function fieldPlan(name: string, field: Field): FieldPlan {
  const { number, presence, type } = field
  const base = { name, presence }
  if (type.kind === 'repeated') return { ...base, ...repeatedPlan(number, name, valuePlan(type.element)) }
  if (type.kind === 'map')
    return { ...base, ...mapPlan(number, name, valuePlan({ kind: 'scalar', scalar: type.key }), valuePlan(type.value)) }
  return singularPlan(number, name, presence, valuePlan(type))
}

function singularPlan(number: number, name: string, presence: Field['presence'], value: ValuePlan): FieldPlan {
  const tag = tagOf(number, value.wireType)
  const plan: FieldPlan = {
    name,
    presence,
    initial: () => value.initial,
    write(writer, given) {
      if (presence === 'implicit' && value.isInitial(given)) return
      value.write(writer.uint32(tag), given)
    },
    read(reader, wireType, into, budget, pending) {
      if (wireType !== value.wireType) throw wrongWireType(wireType)
      if (!value.readJoined) {
        into[name] = value.read(reader, budget)
        return
      }
      const view = reader.view()
      const known = pending.get(plan)
      if (known) known.parts.push(view)
      else pending.set(plan, { parts: [view], finish: value.readJoined })
    },
  }
  return plan
}

type ListPlan = Pick<FieldPlan, 'initial' | 'write' | 'read'>

function repeatedPlan(number: number, name: string, value: ValuePlan): ListPlan {
  const packable = value.wireType !== wireTypes.bytes
  const tag = tagOf(number, value.wireType)
  return {
    initial: () => [],
    write(writer, given) {
      if (!Array.isArray(given)) throw new FieldProblem('', 'the value must be an array')
      if (given.length === 0) return
      if (packable) writer.uint32(tagOf(number, wireTypes.bytes)).fork()
      for (let index = 0; index < given.length; index++) {
        try {
          value.write(packable ? writer : writer.uint32(tag), given[index])
        } catch (error) {
          throw within(`[${index}]`, error)
        }
      }
      if (packable) writer.ldelim()
    },
    read(reader, wireType, into, budget) {
      const list = into[name] as unknown[]
      if (packable && wireType === wireTypes.bytes) {
        const packed = reader.view()
        spend(budget, packedCount(packed, value.wireType))
        const elements = new WireReader(packed)
        while (!elements.done) list.push(value.read(elements, budget))
        return
      }
      if (wireType !== value.wireType) throw wrongWireType(wireType)
      spend(budget, value.cost)
      try {
        list.push(value.read(reader, budget))
      } catch (error) {
        throw within(`[${list.length}]`, error)
      }
    },
  }
}

/** The number of elements in a packed field, before any is decoded. */
function packedCount(packed: Uint8Array, wireType: WireType): number {
  if (wireType === wireTypes.fixed32) return Math.ceil(packed.length / 4)
  if (wireType === wireTypes.fixed64) return Math.ceil(packed.length / 8)
  let count = 0
  for (let index = 0; index < packed.length; index++) if ((packed[index] as number) < 0x80) count++
  return count
}

function mapPlan(number: number, name: string, key: ValuePlan, value: ValuePlan): ListPlan {
  const tag = tagOf(number, wireTypes.bytes)
  const keyTag = tagOf(1, key.wireType)
  const valueTag = tagOf(2, value.wireType)
  return {
    initial: () => new Map(),
    write(writer, given) {
      if (!(given instanceof Map)) throw new FieldProblem('', 'the value must be a Map')
      for (const [entryKey, entryValue] of given) {
        writer.uint32(tag).fork()
        key.write(writer.uint32(keyTag), entryKey)
        value.write(writer.uint32(valueTag), entryValue)
        writer.ldelim()
      }
    },
    read(reader, wireType, into, budget) {
      if (wireType !== wireTypes.bytes) throw wrongWireType(wireType)
      spend(budget, 2 + value.cost)
      const entry = new WireReader(reader.view())
      let entryKey = key.initial
      let entryValue = value.initial
      const parts: Uint8Array[] = []
      while (!entry.done) {
        const found = entry.tag()
        const expected = found.number === 1 ? key : found.number === 2 ? value : undefined
        if (expected && found.wireType !== expected.wireType) throw wrongWireType(found.wireType)
        if (!expected) entry.skip(found.wireType)
        else if (expected === key) entryKey = key.read(entry, budget)
        else if (value.readJoined) parts.push(entry.view())
        else entryValue = value.read(entry, budget)
      }
      // An entry without a value has the default one: an empty message, or no tensor, which does not decode.
      if (value.readJoined) entryValue = value.readJoined(parts.length === 0 ? new Uint8Array(0) : join(parts), budget)
      ;(into[name] as Map<unknown, unknown>).set(entryKey, entryValue)
    },
  }
}

const tagOf = (number: number, wireType: WireType): number => ((number << 3) | wireType) >>> 0

function valuePlan(type: FieldType): ValuePlan {
  switch (type.kind) {
    case 'scalar':
      return scalarPlan(scalars[type.scalar] as Scalar<unknown>)
    case 'enum':
      return enumPlan(type.definition)
    case 'message':
      return messagePlan(type.message)
    case 'tensor':
      return tensorPlan(type)
    default:
      throw new FieldProblem('', `a ${type.kind} field cannot hold another`)
  }
}

function scalarPlan(scalar: Scalar<unknown>): ValuePlan {
  const { wireType, initial } = scalar
  return {
    wireType,
    cost: 1,
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

function enumPlan({ values }: EnumType): ValuePlan {
  const numbers = new Map(Object.entries(values))
  const names = new Map(Object.entries(values).map(([name, number]) => [number, name]))
  const initial = names.get(0)
  return {
    wireType: wireTypes.varint,
    cost: 1,
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

function messagePlan(type: MessageType): ValuePlan {
  const plan = createPlan(type)
  return {
    wireType: wireTypes.bytes,
    cost: 1 + plan.fieldCount,
    initial: undefined,
    isInitial: () => false,
    write(writer, value) {
      if (value === undefined) throw new FieldProblem('', 'it is required: an object')
      writer.fork()
      plan.write(writer, value)
      writer.ldelim()
    },
    read: (reader, budget) => plan.read(reader.view(), budget),
    readJoined: plan.read,
  }
}

function tensorPlan({ dtype, rank }: Extract<FieldType, { kind: 'tensor' }>): ValuePlan {
  const check = (tensor: Tensor) => {
    if (dtype !== undefined && tensor.dtype !== dtype)
      throw new FieldProblem('', `the tensor must have the dtype ${dtype}, not ${tensor.dtype}`)
    if (rank !== undefined && tensor.shape.length !== rank)
      throw new FieldProblem('', `the tensor must have ${rank} dimensions, not ${tensor.shape.length}`)
    return tensor
  }
  const readJoined = (bytes: Uint8Array) => check(readTensor(bytes))
  return {
    wireType: wireTypes.bytes,
    cost: 4,
    initial: undefined,
    isInitial: () => false,
    write(writer, value) {
      if (value === undefined) throw new FieldProblem('', 'it is required: a tensor')
      const problem = tensorProblem(value)
      if (problem) throw problem
      writer.fork()
      writeTensor(writer, check(value as Tensor))
      writer.ldelim()
    },
    read: (reader) => readJoined(reader.view()),
    readJoined,
  }
}
