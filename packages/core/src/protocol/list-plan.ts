import { type Budget, costs, spend } from './budget.js'
import { FieldProblem, within } from './field-problem.js'
import type { ValuePlan } from './value-plan.js'
import { joinBytes, tagOf, WireReader, type WireType, wireTypes, wrongWireType } from './wire-reader.js'
import type { WireWriter } from './wire-writer.js'

/** How a field that holds many values is written and read. */
export interface ListPlan {
  /** What the list itself costs of the budget. */
  readonly cost: number
  initial(): unknown
  write(writer: WireWriter, value: unknown): void
  /** Takes one occurrence from the wire into the message. */
  read(reader: WireReader, wireType: WireType, into: Record<string, unknown>, budget: Budget): void
}

/** What {@link repeatedPlan} is made of. */
export interface RepeatedPlanOptions {
  readonly number: number
  readonly name: string
  /** The plan of one element. */
  readonly value: ValuePlan
  readonly maxItems?: number | undefined
}

/** What {@link mapPlan} is made of. */
export interface MapPlanOptions extends RepeatedPlanOptions {
  readonly key: ValuePlan
}

function demandRoom(count: number, maxItems: number): void {
  if (count > maxItems) throw new FieldProblem('', `it has more than ${maxItems} items`)
}

/** The plan of a repeated field. */
export function repeatedPlan({ number, name, value, maxItems = Number.POSITIVE_INFINITY }: RepeatedPlanOptions): ListPlan {
  const packable = value.wireType !== wireTypes.bytes
  const tag = tagOf(number, value.wireType)
  return {
    cost: costs.list,
    initial: () => [],
    write(writer, given) {
      if (!Array.isArray(given)) throw new FieldProblem('', 'the value must be an array')
      if (given.length === 0) return
      demandRoom(given.length, maxItems)
      if (packable) writer.uint32(tagOf(number, wireTypes.bytes)).fork()
      for (let index = 0; index < given.length; index++) {
        try {
          value.write(packable ? writer : writer.uint32(tag), given[index])
        } catch (error) {
          throw within(`[${index}]`, error)
        }
      }
      if (packable) writer.join()
    },
    read(reader, wireType, into, budget) {
      const list = into[name] as unknown[]
      if (packable && wireType === wireTypes.bytes) {
        const packed = reader.view()
        const count = packedCount(packed, value.wireType)
        demandRoom(list.length + count, maxItems)
        spend(budget, count * value.cost)
        const elements = new WireReader(packed)
        while (!elements.done) list.push(value.read(elements, budget))
        return
      }
      if (wireType !== value.wireType) throw wrongWireType(wireType)
      demandRoom(list.length + 1, maxItems)
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

/** The plan of a map. */
export function mapPlan({ number, name, key, value, maxItems = Number.POSITIVE_INFINITY }: MapPlanOptions): ListPlan {
  const tag = tagOf(number, wireTypes.bytes)
  const keyTag = tagOf(1, key.wireType)
  const valueTag = tagOf(2, value.wireType)
  return {
    cost: costs.map,
    initial: () => new Map(),
    write(writer, given) {
      if (!(given instanceof Map)) throw new FieldProblem('', 'the value must be a Map')
      demandRoom(given.size, maxItems)
      for (const [entryKey, entryValue] of given) {
        writer.uint32(tag).fork()
        key.write(writer.uint32(keyTag), entryKey)
        value.write(writer.uint32(valueTag), entryValue)
        writer.join()
      }
    },
    read(reader, wireType, into, budget) {
      if (wireType !== wireTypes.bytes) throw wrongWireType(wireType)
      const entries = into[name] as Map<unknown, unknown>
      demandRoom(entries.size + 1, maxItems)
      spend(budget, costs.mapEntry + value.cost)
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
        else if (value.readJoined) {
          if (parts.length > 0) spend(budget, costs.fragment)
          parts.push(entry.view())
        } else entryValue = value.read(entry, budget)
      }
      // An entry without a value has the default one: an empty message, or no tensor, which does not decode.
      if (value.readJoined) entryValue = value.readJoined(parts.length === 0 ? new Uint8Array(0) : joinBytes(parts), budget)
      entries.set(entryKey, entryValue)
    },
  }
}
