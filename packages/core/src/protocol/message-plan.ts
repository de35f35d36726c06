import { type Budget, costs, spend } from './budget.js'
import { FieldProblem, within } from './field-problem.js'
import type { Field, FieldType, MessageType } from './fields.js'
import { mapPlan, repeatedPlan } from './list-plan.js'
import { scalars } from './scalars.js'
import { enumPlan, scalarPlan, tensorPlan, type ValuePlan } from './value-plan.js'
import { joinBytes, tagOf, WireReader, type WireType, wireTypes, wrongWireType } from './wire-reader.js'
import type { WireWriter } from './wire-writer.js'

/** How a message is written and read; made once, when its protocol is defined. */
export interface MessagePlan {
  /** What a decoded message costs of the budget, without the messages and tensors in it. */
  readonly cost: number
  write(writer: WireWriter, value: unknown): void
  read(bytes: Uint8Array, budget: Budget): Record<string, unknown>
}

interface FieldPlan {
  readonly name: string
  readonly presence: Field['presence']
  /** What the field costs of the budget while it is empty. */
  readonly cost: number
  initial(): unknown
  write(writer: WireWriter, value: unknown): void
  /** Takes one occurrence from the wire into the message. */
  read(reader: WireReader, wireType: WireType, into: Record<string, unknown>, budget: Budget, pending: Pending): void
}

/** The bytes of messages and tensors in singular fields, until all their occurrences are known. */
type Pending = Map<FieldPlan, { readonly parts: Uint8Array[]; readonly finish: (bytes: Uint8Array, budget: Budget) => unknown }>

// For the many messages that have no such field; nothing is ever put into it.
const nothingPending: Pending = new Map()

/** The plans of messages that were met before: a message in many places has one plan. */
type KnownPlans = Map<MessageType, MessagePlan>

/** The plan of a message. */
export function createPlan(type: MessageType, known: KnownPlans = new Map()): MessagePlan {
  const earlier = known.get(type)
  if (earlier) return earlier
  const fields: FieldPlan[] = []
  const byNumber = new Map<number, FieldPlan>()
  for (const [name, field] of Object.entries(type.fields)) {
    const plan = fieldPlan(name, field, known)
    fields.push(plan)
    byNumber.set(field.number, plan)
  }
  const joins = Object.values(type.fields).some(({ type: { kind } }) => kind === 'message' || kind === 'tensor')
  const created: MessagePlan = {
    cost: fields.reduce<number>((sum, { cost }) => sum + cost, costs.message),
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
      const pending = joins ? (new Map() as Pending) : nothingPending
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
          into[field.name] = finish(joinBytes(parts), budget)
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
  known.set(type, created)
  return created
}

function fieldPlan(name: string, field: Field, known: KnownPlans): FieldPlan {
  const { number, presence, type } = field
  const base = { name, presence }
  if (type.kind === 'repeated') {
    return { ...base, ...repeatedPlan({ number, name, value: valuePlan(type.element, known), maxItems: type.maxItems }) }
  }
  if (type.kind === 'map') {
    const { key, value, maxItems } = type
    return { ...base, ...mapPlan({ number, name, key: scalarPlan(scalars[key]), value: valuePlan(value, known), maxItems }) }
  }
  return singularPlan(number, name, presence, valuePlan(type, known))
}

function singularPlan(number: number, name: string, presence: Field['presence'], value: ValuePlan): FieldPlan {
  const tag = tagOf(number, value.wireType)
  const plan: FieldPlan = {
    name,
    presence,
    cost: presence === 'implicit' ? costs.scalar : 0,
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
      const earlier = pending.get(plan)
      // Nobody's encoder repeats a single field: each repetition is dear, since its view takes more than its 2 bytes.
      spend(budget, earlier ? costs.fragment : value.cost)
      if (earlier) earlier.parts.push(view)
      else pending.set(plan, { parts: [view], finish: value.readJoined })
    },
  }
  return plan
}

function valuePlan(type: FieldType, known: KnownPlans): ValuePlan {
  switch (type.kind) {
    case 'scalar':
      return scalarPlan(scalars[type.scalar])
    case 'enum':
      return enumPlan(type.definition)
    case 'message':
      return messagePlan(createPlan(type.message, known))
    case 'tensor':
      return tensorPlan(type)
    default:
      throw new FieldProblem('', `a ${type.kind} field cannot hold another`)
  }
}

function messagePlan(plan: MessagePlan): ValuePlan {
  return {
    wireType: wireTypes.bytes,
    cost: plan.cost,
    initial: undefined,
    isInitial: () => false,
    write(writer, value) {
      if (value === undefined) throw new FieldProblem('', 'it is required: an object')
      writer.fork()
      plan.write(writer, value)
      writer.join()
    },
    read: (reader, budget) => plan.read(reader.view(), budget),
    readJoined: plan.read,
  }
}
