import type { ScalarName } from './scalars.js'
import type { EnumSchema, FieldSchema, FileSchema, MessageSchema, MethodSchema, ProtocolSchema, TypeReference } from './schema.js'

/** The kinds of change that {@link diffProtocols} tells apart. */
export type ProtocolChangeKind =
  | 'service-renamed'
  | 'method-added'
  | 'method-removed'
  | 'method-kind-changed'
  | 'type-renamed'
  | 'field-added'
  | 'field-removed'
  | 'field-renamed'
  | 'field-number-changed'
  | 'field-number-reused'
  | 'field-type-changed'
  | 'field-label-changed'
  | 'field-presence-changed'
  | 'field-constraint-changed'
  | 'enum-value-added'
  | 'enum-value-removed'
  | 'enum-value-renamed'
  | 'enum-number-changed'

/** Which side of a pair of different versions fails: the one that reads by the older protocol, or by the newer. */
export type FailingSide = 'oldReader' | 'newReader'

/** One difference between two versions of a protocol. */
export interface ProtocolChange {
  readonly kind: ProtocolChangeKind
  /** The place by its name in the `.proto`: `forecast.v1.PredictRequest.horizon`, `/forecast.v1.Forecaster/Predict`. */
  readonly where: string
  /** What changed, in words. */
  readonly what: string
  /**
   * `breaking`: peers of the two versions fail or misread each other. `json`: protobuf is read, but names in the JSON mapping
   * and in TypeScript change. `none`: both read each other.
   */
  readonly impact: 'breaking' | 'json' | 'none'
  /**
   * Of a breaking change, who fails. `oldReader` alone: update every reader before the first writer; `newReader` alone: every
   * writer before the first reader.
   */
  readonly fails: readonly FailingSide[]
}

const both: readonly FailingSide[] = ['oldReader', 'newReader']

// What the newer type reads of the older; the reverse fails for values that are out of range, or are no text.
const widened: Readonly<Partial<Record<ScalarName, ScalarName>>> = { uint32: 'uint64', int32: 'int64', sint32: 'sint64', string: 'bytes' }

/**
 * Compares two versions of a protocol, and says of each difference whether peers of the two still read each other.
 *
 * This is about TensorKit's reading, which is stricter than protobuf's: an unknown value of an enum does not decode, so that
 * a new value breaks old readers; a message or tensor that is not optional must be there. Messages are compared from
 * the methods down, by number; their own names are on no wire.
 *
 * @example
 * ```ts
 * const breaking = diffProtocols(V1.$schema, V2.$schema).filter(({ impact }) => impact === 'breaking')
 * ```
 */
export function diffProtocols(older: ProtocolSchema, newer: ProtocolSchema): readonly ProtocolChange[] {
  return new Comparison(older, newer).run()
}

class Comparison {
  readonly #changes: ProtocolChange[] = []
  readonly #older: Types
  readonly #newer: Types
  readonly #compared = new Set<string>()

  constructor(
    readonly older: ProtocolSchema,
    readonly newer: ProtocolSchema,
  ) {
    this.#older = new Types(older)
    this.#newer = new Types(newer)
  }

  run(): readonly ProtocolChange[] {
    const { older, newer } = this
    const [from, to] = [older, newer].map(({ packageName, serviceName }) => `${packageName}.${serviceName}`) as [string, string]
    if (from !== to) this.#breaks('service-renamed', from, `the service is ${to} now, and so is the path of every method`, both)
    const olderMethods = new Map(older.methods.map((method) => [method.protoName, method]))
    const newerMethods = new Map(newer.methods.map((method) => [method.protoName, method]))
    for (const [name, method] of olderMethods) {
      const next = newerMethods.get(name)
      if (next) this.#method(`/${from}/${name}`, method, next)
      else this.#breaks('method-removed', `/${from}/${name}`, 'the method is gone', ['newReader'])
    }
    for (const name of newerMethods.keys()) {
      if (!olderMethods.has(name)) this.#adds('method-added', `/${to}/${name}`, 'a new method')
    }
    return this.#changes
  }

  #method(where: string, older: MethodSchema, newer: MethodSchema): void {
    if (older.kind !== newer.kind) this.#breaks('method-kind-changed', where, `${older.kind} became ${newer.kind}`, both)
    this.#message(older.requestType, newer.requestType)
    this.#message(older.responseType, newer.responseType)
  }

  #message(olderName: string, newerName: string): void {
    if (!this.#first(olderName, newerName)) return
    const older = this.#older.messages.get(olderName)
    const newer = this.#newer.messages.get(newerName)
    // The tensor is defined elsewhere, and compared by its name.
    if (!older || !newer) return
    for (const field of older.fields) this.#olderField(`${olderName}.${field.protoName}`, field, older, newer)
    const taken = new Set(older.fields.flatMap(({ protoName, number }) => [protoName, number]))
    for (const field of newer.fields) {
      if (taken.has(field.protoName) || taken.has(field.number)) continue
      const where = `${newerName}.${field.protoName}`
      if (isRequired(field))
        this.#breaks('field-added', where, `a new field ${field.number} that is not optional: old messages lack it`, ['newReader'])
      else this.#adds('field-added', where, `a new field ${field.number}`)
    }
  }

  #olderField(where: string, field: FieldSchema, older: MessageSchema, newer: MessageSchema): void {
    const { number, protoName } = field
    const byName = newer.fields.find((other) => other.protoName === protoName)
    const byNumber = newer.fields.find((other) => other.number === number)
    if (byName) {
      if (byName.number === number) this.#field(where, field, byName)
      else {
        this.#breaks('field-number-changed', where, `the number ${number} became ${byName.number}`, both)
        if (byNumber) this.#breaks('field-number-reused', where, `its number ${number} is that of ${byNumber.protoName} now`, both)
      }
    } else if (!byNumber) this.#removed(where, field)
    else if (older.fields.some((other) => other.protoName === byNumber.protoName) || !this.#isSameType(field, byNumber)) {
      this.#breaks('field-number-reused', where, `its number ${number} is that of ${byNumber.protoName} now, another field`, both)
    } else {
      this.#renames('field-renamed', where, `it is ${byNumber.protoName} now; if that means something else, give it a number of its own`)
      this.#field(where, field, byNumber)
    }
  }

  #removed(where: string, field: FieldSchema): void {
    if (isRequired(field))
      this.#breaks('field-removed', where, 'a field that is not optional is gone: old readers demand it', ['oldReader'])
    else this.#adds('field-removed', where, `the field is gone; let no other field ever have the number ${field.number}`)
  }

  #field(where: string, older: FieldSchema, newer: FieldSchema): void {
    if (cardinality(older) !== cardinality(newer)) {
      this.#breaks('field-label-changed', where, `${labelText(older)} became ${labelText(newer)}`, both)
      return
    }
    if (!this.#isSameType(older, newer)) {
      const fails = failsOf(older, newer)
      this.#breaks('field-type-changed', where, `${typeText(older)} became ${typeText(newer)}`, fails)
      return
    }
    if (older.label !== newer.label) this.#presence(where, older, newer)
    this.#constraints(where, older, newer)
    if (older.type.kind === 'enum' && newer.type.kind === 'enum') this.#enum(older.type.fullName, newer.type.fullName)
    if (older.type.kind === 'message' && newer.type.kind === 'message') this.#message(older.type.fullName, newer.type.fullName)
  }

  #presence(where: string, older: FieldSchema, newer: FieldSchema): void {
    const what = `${labelText(older)} became ${labelText(newer)}`
    if (older.type.kind !== 'message') this.#adds('field-presence-changed', where, what)
    else if (isRequired(older)) this.#breaks('field-presence-changed', where, `${what}: old readers demand it`, ['oldReader'])
    else this.#breaks('field-presence-changed', where, `${what}: old writers may leave it out`, ['newReader'])
  }

  #constraints(where: string, older: FieldSchema, newer: FieldSchema): void {
    const fails = new Set<FailingSide>()
    const [a, b] = [older.constraints ?? {}, newer.constraints ?? {}]
    for (const key of ['dtype', 'rank'] as const) {
      if (a[key] === b[key]) continue
      // A reader fails by what it demands, if others may write something else.
      if (b[key] !== undefined) fails.add('newReader')
      if (a[key] !== undefined) fails.add('oldReader')
    }
    const [most, mostNow] = [a.maxItems ?? Number.POSITIVE_INFINITY, b.maxItems ?? Number.POSITIVE_INFINITY]
    if (mostNow < most) fails.add('newReader')
    if (mostNow > most) fails.add('oldReader')
    if (fails.size === 0) return
    const what = `"${older.comment ?? 'no constraint'}" became "${newer.comment ?? 'no constraint'}"`
    this.#breaks(
      'field-constraint-changed',
      where,
      what,
      both.filter((side) => fails.has(side)),
    )
  }

  #enum(olderName: string, newerName: string): void {
    if (!this.#first(olderName, newerName)) return
    const older = this.#older.enums.get(olderName)?.values ?? []
    const newer = this.#newer.enums.get(newerName)?.values ?? []
    const [olderNames, newerNames] = [new Map(older), new Map(newer)]
    const newerNumbers = new Map(newer.map(([name, number]) => [number, name]))
    const olderNumbers = new Set(older.map(([, number]) => number))
    for (const [name, number] of older) {
      const where = `${olderName}.${name}`
      const next = newerNames.get(name)
      const nextName = newerNumbers.get(number)
      if (next === number) continue
      if (next !== undefined) this.#breaks('enum-number-changed', where, `the number ${number} became ${next}`, both)
      else if (nextName === undefined) this.#breaks('enum-value-removed', where, `new readers refuse the number ${number}`, ['newReader'])
      else if (olderNames.has(nextName)) this.#breaks('enum-number-changed', where, `its number ${number} is that of ${nextName} now`, both)
      else this.#renames('enum-value-renamed', where, `it is ${nextName} now`)
    }
    for (const [name, number] of newer) {
      if (olderNumbers.has(number) || olderNames.has(name)) continue
      this.#breaks('enum-value-added', `${newerName}.${name}`, `old readers refuse the number ${number}`, ['oldReader'])
    }
  }

  #isSameType(older: FieldSchema, newer: FieldSchema): boolean {
    return cardinality(older) === cardinality(newer) && older.key === newer.key && isSameType(older.type, newer.type)
  }

  /** Whether two types are met for the first time; says so if their names differ. */
  #first(older: string, newer: string): boolean {
    const pair = `${older} ${newer}`
    if (this.#compared.has(pair)) return false
    this.#compared.add(pair)
    if (older.slice(this.older.packageName.length) !== newer.slice(this.newer.packageName.length)) {
      this.#adds('type-renamed', older, `it is ${newer} now, which is on no wire`)
    }
    return true
  }

  #breaks(kind: ProtocolChangeKind, where: string, what: string, fails: readonly FailingSide[]): void {
    this.#changes.push({ kind, where, what, impact: 'breaking', fails })
  }

  #renames(kind: ProtocolChangeKind, where: string, what: string): void {
    this.#changes.push({ kind, where, what, impact: 'json', fails: [] })
  }

  #adds(kind: ProtocolChangeKind, where: string, what: string): void {
    this.#changes.push({ kind, where, what, impact: 'none', fails: [] })
  }
}

/** The messages and enums of a file by their full names. */
class Types {
  readonly messages = new Map<string, MessageSchema>()
  readonly enums = new Map<string, EnumSchema>()

  constructor({ packageName, messages, enums }: FileSchema) {
    this.#add(packageName, messages, enums)
  }

  #add(scope: string, messages: readonly MessageSchema[], enums: readonly EnumSchema[]): void {
    for (const item of enums) this.enums.set(`${scope}.${item.name}`, item)
    for (const item of messages) {
      const fullName = `${scope}.${item.name}`
      this.messages.set(fullName, item)
      this.#add(fullName, item.messages, item.enums)
    }
  }
}

const tensorName = 'tensorkit.tensor.v1.Tensor'

/** A message or tensor that is neither optional nor in a list must be there: TensorKit reads it so. */
const isRequired = ({ label, type }: FieldSchema): boolean => label === 'singular' && type.kind === 'message'

const cardinality = ({ label }: FieldSchema): string => (label === 'optional' ? 'singular' : label)

const labelText = ({ label, type }: FieldSchema): string => (label === 'singular' && type.kind === 'message' ? 'required' : label)

function isSameType(older: TypeReference, newer: TypeReference): boolean {
  if (older.kind === 'scalar' || newer.kind === 'scalar') {
    return older.kind === 'scalar' && newer.kind === 'scalar' && older.scalar === newer.scalar
  }
  // Messages are compared by what is in them; only the tensor is known by name.
  return older.kind === newer.kind && (older.fullName === tensorName) === (newer.fullName === tensorName)
}

function failsOf({ key, type: older }: FieldSchema, { key: newKey, type: newer }: FieldSchema): readonly FailingSide[] {
  if (key !== newKey || older.kind !== 'scalar' || newer.kind !== 'scalar') return both
  if (widened[older.scalar] === newer.scalar) return ['oldReader']
  return widened[newer.scalar] === older.scalar ? ['newReader'] : both
}

function typeText({ key, type }: FieldSchema): string {
  const name = type.kind === 'scalar' ? type.scalar : type.fullName
  return key === undefined ? name : `map<${key}, ${name}>`
}
