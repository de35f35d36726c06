import { TensorKitError } from '../errors/tensorkit-error.js'
import type { DType } from '../tensor/dtype.js'
import { tensorProtoPath } from '../tensor/tensor-codec.js'
import type { EnumType, Field, FieldType, MessageType } from './fields.js'
import type { MethodDefinition, MethodKind } from './methods.js'
import type { MapKeyName, ScalarName } from './scalars.js'

/** What a `.proto` file defines beside services: every message and enum named and placed. */
export interface FileSchema {
  /** Such as `forecast.v1`. */
  readonly packageName: string
  /** The path of the file, such as `forecast/v1/forecaster.proto`. */
  readonly path: string
  /** The paths of the files that it needs. */
  readonly imports: readonly string[]
  readonly messages: readonly MessageSchema[]
  readonly enums: readonly EnumSchema[]
}

/** A protocol as its `.proto` file has it. */
export interface ProtocolSchema extends FileSchema {
  /** Such as `Forecaster`. */
  readonly serviceName: string
  readonly methods: readonly MethodSchema[]
}

/** A method of a {@link ProtocolSchema}; types are full names without a leading dot. */
export interface MethodSchema {
  readonly name: string
  readonly protoName: string
  readonly kind: MethodKind
  readonly requestType: string
  readonly responseType: string
}

/** A message of a {@link ProtocolSchema}. */
export interface MessageSchema {
  readonly name: string
  readonly fields: readonly FieldSchema[]
  readonly messages: readonly MessageSchema[]
  readonly enums: readonly EnumSchema[]
}

/** An enum of a {@link ProtocolSchema}; its values by ascending number. */
export interface EnumSchema {
  readonly name: string
  readonly values: readonly (readonly [name: string, number: number])[]
}

/** The type of a field: a scalar, or the full name of a message or an enum. */
export type TypeReference =
  | { readonly kind: 'scalar'; readonly scalar: ScalarName }
  | { readonly kind: 'message' | 'enum'; readonly fullName: string }

/** A field of a {@link MessageSchema}. */
export interface FieldSchema {
  readonly name: string
  readonly protoName: string
  readonly number: number
  readonly label: 'singular' | 'optional' | 'repeated' | 'map'
  readonly type: TypeReference
  /** Of a map. */
  readonly key?: MapKeyName
  /** What the field demands beyond its type. */
  readonly constraints?: FieldConstraints
  /** The same as text, which the `.proto` has in a comment. */
  readonly comment?: string
}

/** What a {@link FieldSchema} demands of its values beyond their type. */
export interface FieldConstraints {
  /** Of a tensor. */
  readonly dtype?: DType
  /** Of a tensor. */
  readonly rank?: number
  /** Of a repeated field or a map. */
  readonly maxItems?: number
}

const tensorType: TypeReference = { kind: 'message', fullName: 'tensorkit.tensor.v1.Tensor' }

/** `stdDev` to `std_dev`, as protobuf's style has it; protobuf's JSON mapping turns it back. */
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

function invalid(what: string, where: string): TensorKitError {
  return new TensorKitError('PROTOCOL_INVALID', what, { facts: { where: where.slice(0, 200) } })
}

const lowerCamel = /^[a-z][a-zA-Z0-9]{0,99}$/
const upperCamel = /^[A-Z][a-zA-Z0-9]{0,99}$/
const upperSnake = /^[A-Z][A-Z0-9_]{0,99}$/
const serviceName = /^(?<packageName>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\.(?<service>[A-Z][a-zA-Z0-9]*)$/

/** A name space of protobuf: messages, enums, their values and fields of one scope share it. */
class Scope {
  readonly messages: MessageSchema[] = []
  readonly enums: EnumSchema[] = []
  /** Whether the message that it belongs to was met; one inside it may be met first. */
  isDefined = false
  readonly #names = new Set<string>()

  constructor(readonly fullName: string) {}

  claim(name: string): void {
    if (this.#names.has(name)) throw invalid(`The name ${name} is used twice`, this.fullName)
    this.#names.add(name)
  }
}

class Resolver {
  readonly root: Scope
  usesTensor = false
  readonly #scopes = new Map<string, Scope>()
  /** The named messages and enums that are placed. */
  readonly #placed = new Map<string, MessageType | EnumType>()
  /** The messages around the current one, against a cycle. */
  readonly #open: MessageType[] = []

  constructor(packageName: string) {
    this.root = this.#scope(packageName)
    this.root.isDefined = true
  }

  #scope(fullName: string): Scope {
    const known = this.#scopes.get(fullName)
    if (known) return known
    const created = new Scope(fullName)
    this.#scopes.set(fullName, created)
    return created
  }

  /** @throws PROTOCOL_INVALID if a type lies in a message that is not part of the protocol. */
  finish(): void {
    for (const { isDefined, fullName } of this.#scopes.values()) {
      if (!isDefined) throw invalid('A type lies in a message that the protocol does not use', fullName)
    }
  }

  message(type: MessageType, defaultName: string, scope: Scope): string {
    if (typeof type?.fields !== 'object' || type.fields === null)
      throw invalid('A message must be made by message()', `${scope.fullName}.${defaultName}`)
    if (this.#open.includes(type)) throw invalid('A message cannot hold itself', `${scope.fullName}.${defaultName}`)
    const { name, home, known } = this.#place(type, defaultName, scope)
    const fullName = `${home.fullName}.${name}`
    if (known) return fullName
    this.#open.push(type)
    const inner = this.#scope(fullName)
    inner.isDefined = true
    const names = new Map<string, string>()
    const numbers = new Map<number, string>()
    // Field names first: a nested type must give way to none of them.
    for (const [fieldName, field] of Object.entries(type.fields)) {
      const where = `${fullName}.${fieldName}`
      if (!lowerCamel.test(fieldName)) throw invalid('A field must be named in lowerCamelCase, by up to 100 letters and digits', where)
      if (typeof field?.type !== 'object') throw invalid('A field must be made by a field function, such as uint32(1)', where)
      checkNumber(field.number, where)
      // Without regard to case: older protoc compares the JSON names so.
      claimOnce(names, fieldName.toLowerCase(), fieldName, 'Two fields differ by nothing but case', fullName)
      claimOnce(numbers, field.number, fieldName, `Two fields have the number ${field.number}`, fullName)
      inner.claim(snakeCase(fieldName))
      // A map is a message of its own in the descriptor.
      if (field.type.kind === 'map') inner.claim(`${upperFirst(fieldName)}Entry`)
    }
    const fields = Object.entries(type.fields).map(([fieldName, field]) => this.#field(fieldName, field, inner))
    home.messages.push({ name, fields, messages: inner.messages, enums: inner.enums })
    this.#open.pop()
    return fullName
  }

  #field(name: string, field: Field, scope: Scope): FieldSchema {
    const { type } = field
    const single = type.kind === 'repeated' ? type.element : type.kind === 'map' ? type.value : type
    const constraints = constraintsOf(type)
    return {
      name,
      protoName: snakeCase(name),
      number: field.number,
      label: type.kind === 'repeated' || type.kind === 'map' ? type.kind : field.presence === 'optional' ? 'optional' : 'singular',
      type: this.#reference(single, name, scope),
      ...(type.kind === 'map' && { key: type.key }),
      ...(constraints && { constraints, comment: constraintText(constraints) }),
    }
  }

  #reference(type: FieldType, fieldName: string, scope: Scope): TypeReference {
    switch (type.kind) {
      case 'scalar':
        return type
      case 'tensor':
        this.usesTensor = true
        return tensorType
      case 'message':
        return { kind: 'message', fullName: this.message(type.message, upperFirst(fieldName), scope) }
      case 'enum':
        return { kind: 'enum', fullName: this.#enum(type.definition, upperFirst(fieldName), scope) }
      default:
        throw invalid('A repeated field or a map cannot hold another', `${scope.fullName}.${fieldName}`)
    }
  }

  #enum(type: EnumType, defaultName: string, scope: Scope): string {
    const { name, home, known } = this.#place(type, defaultName, scope)
    const fullName = `${home.fullName}.${name}`
    if (known) return fullName
    const numbers = new Map<number, string>()
    for (const [value, number] of Object.entries(type.values)) {
      if (!upperSnake.test(value)) throw invalid('A value of an enum must be named in UPPER_SNAKE_CASE', `${fullName}.${value}`)
      if (!Number.isInteger(number) || number < -0x80000000 || number > 0x7fffffff) {
        throw invalid('A number of an enum must be an integer of 32 bits', `${fullName}.${value}`)
      }
      claimOnce(numbers, number, value, `Two values have the number ${number}`, fullName)
      // Protobuf's rule: an enum's values are siblings of the enum, not its children.
      home.claim(value)
    }
    if (!numbers.has(0)) throw invalid('An enum must have a value with the number 0', fullName)
    const values = Object.entries(type.values).sort(([, a], [, b]) => (a === 0 ? -1 : b === 0 ? 1 : a - b))
    home.enums.push({ name, values })
    return fullName
  }

  /** Where a type goes: a named one to the package, or the message that its name begins with, once; an unnamed one to the place of its use. */
  #place<T extends MessageType | EnumType>(type: T, defaultName: string, scope: Scope): { name: string; home: Scope; known: boolean } {
    const path = (type.name ?? defaultName).split('.')
    const around = path.slice(0, -1)
    const name = path.at(-1) ?? ''
    if (!path.every((part) => upperCamel.test(part))) {
      const where = `${type.name === undefined ? scope.fullName : this.root.fullName}.${path.join('.')}`
      throw invalid('A message or enum must be named in UpperCamelCase, by up to 100 letters and digits', where)
    }
    const home = type.name === undefined ? scope : this.#scope([this.root.fullName, ...around].join('.'))
    if (type.name !== undefined && this.#placed.get(type.name) === type) return { name, home, known: true }
    home.claim(name)
    if (type.name !== undefined) this.#placed.set(type.name, type)
    return { name, home, known: false }
  }
}

function claimOnce<K>(taken: Map<K, string>, key: K, name: string, what: string, where: string): void {
  const other = taken.get(key)
  if (other !== undefined) throw invalid(what, `${where}: ${other}, ${name}`)
  taken.set(key, name)
}

function checkNumber(number: number, where: string): void {
  if (!Number.isInteger(number) || number < 1 || number > 0x1fffffff)
    throw invalid("A field's number must be an integer from 1 to 536870911", where)
  if (number >= 19000 && number <= 19999) throw invalid('The field numbers 19000 to 19999 are reserved by protobuf', where)
}

function constraintsOf(type: FieldType): FieldConstraints | undefined {
  const isList = type.kind === 'repeated' || type.kind === 'map'
  const single = type.kind === 'repeated' ? type.element : type.kind === 'map' ? type.value : type
  const constraints: FieldConstraints = {
    ...(single.kind === 'tensor' && single.dtype !== undefined && { dtype: single.dtype }),
    ...(single.kind === 'tensor' && single.rank !== undefined && { rank: single.rank }),
    ...(isList && type.maxItems !== undefined && { maxItems: type.maxItems }),
  }
  return Object.keys(constraints).length > 0 ? constraints : undefined
}

/** Constraints as the `.proto` has them in a comment: `dtype F32, rank 2, at most 8 items`. */
function constraintText({ dtype, rank, maxItems }: FieldConstraints): string {
  return [dtype && `dtype ${dtype}`, rank !== undefined && `rank ${rank}`, maxItems && `at most ${maxItems} items`]
    .filter(Boolean)
    .join(', ')
}

/**
 * Names and places all that a protocol has.
 *
 * @throws PROTOCOL_INVALID for whatever `protoc` would refuse, and for names that do not survive the change of case.
 */
export function resolveSchema(fullName: string, methods: Readonly<Record<string, MethodDefinition>>): ProtocolSchema {
  const match = typeof fullName === 'string' && fullName.length <= 200 ? serviceName.exec(fullName) : null
  if (!match)
    throw invalid('A protocol must be named like forecast.v1.Forecaster: packages in lower case, then a service', String(fullName))
  const { packageName = '', service = '' } = match.groups ?? {}
  const resolver = new Resolver(packageName)
  resolver.root.claim(service)
  const protoNames = new Map<string, string>()
  const resolved = Object.entries(methods).map(([name, { kind, request, response }]): MethodSchema => {
    const where = `${fullName}.${name}`
    if (!lowerCamel.test(name)) throw invalid('A method must be named in lowerCamelCase, by up to 100 letters and digits', where)
    const protoName = upperFirst(name)
    claimOnce(protoNames, protoName.toLowerCase(), name, 'Two methods differ by nothing but case', fullName)
    return {
      name,
      protoName,
      kind,
      requestType: resolver.message(request, `${protoName}Request`, resolver.root),
      responseType: resolver.message(response, `${protoName}Response`, resolver.root),
    }
  })
  if (resolved.length === 0) throw invalid('A protocol must have a method', fullName)
  resolver.finish()
  return {
    packageName,
    serviceName: service,
    path: `${packageName.replaceAll('.', '/')}/${snakeCase(service).slice(1)}.proto`,
    imports: resolver.usesTensor ? [tensorProtoPath] : [],
    methods: resolved,
    messages: resolver.root.messages,
    enums: resolver.root.enums,
  }
}
