import { TensorKitError } from '../errors/tensorkit-error.js'
import { type DType, isDType } from '../tensor/dtype.js'
import { maxTensorRank, type Tensor } from '../tensor/tensor.js'
import { type MapKeyName, type ScalarName, type ScalarValues, scalars } from './scalars.js'

/** What a field holds. */
export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarName }
  | { readonly kind: 'enum'; readonly definition: EnumType }
  | { readonly kind: 'message'; readonly message: MessageType }
  | { readonly kind: 'tensor'; readonly dtype?: DType; readonly rank?: number }
  | { readonly kind: 'repeated'; readonly element: FieldType; readonly maxItems?: number }
  | { readonly kind: 'map'; readonly key: MapKeyName; readonly value: FieldType; readonly maxItems?: number }

/**
 * What becomes of a field that is not on the wire: `implicit` reads as its default (0, 0n, '', false), `list` (repeated
 * fields and maps) as empty, `required` fails, `optional` is undefined.
 */
export type Presence = 'implicit' | 'list' | 'required' | 'optional'

declare const fieldValue: unique symbol

/** A field of a message; made by {@link uint32}, {@link tensor} and the like. `T` is the type of its value. */
export interface Field<T = unknown, P extends Presence = Presence> {
  /** The number on the wire: 1 to 536870911, without 19000 to 19999. */
  readonly number: number
  readonly type: FieldType
  readonly presence: P
  /** Carries the type alone; never set. */
  readonly [fieldValue]?: T
}

/** The fields of a message by their names, in lowerCamelCase. */
export type Fields = Readonly<Record<string, Field>>

/** A message; made by {@link message}. */
export interface MessageType<F extends Fields = Fields> {
  /** The name of the message in the package, `Outer.Inner` inside another; without one, it is named after its place. */
  readonly name?: string
  readonly fields: F
}

/** An enum; made by {@link enumType}. */
export interface EnumType<V extends Readonly<Record<string, number>> = Readonly<Record<string, number>>> {
  /** The name of the enum in the package, `Outer.Inner` inside a message; without one, it is named after its field. */
  readonly name?: string
  /** The numbers by the names. */
  readonly values: V
}

type OptionalNames<F extends Fields> = { [K in keyof F]: F[K] extends Field<unknown, 'optional'> ? K : never }[keyof F]
type Value<F> = F extends Field<infer T> ? T : never

/**
 * The type of a message's values.
 *
 * @example
 * ```ts
 * const Point = message({ x: double(1), label: optional(string(2)) })
 * type Point = MessageValue<typeof Point> // { readonly x: number; readonly label?: string | undefined }
 * ```
 */
export type MessageValue<M extends MessageType> =
  M extends MessageType<infer F>
    ? { readonly [K in Exclude<keyof F, OptionalNames<F>>]: Value<F[K]> } & {
        readonly [K in OptionalNames<F>]?: Value<F[K]> | undefined
      } extends infer Both
      ? { [K in keyof Both]: Both[K] }
      : never
    : never

/** The type of an enum's values: its names. */
export type EnumValue<E extends EnumType> = E extends EnumType<infer V> ? keyof V & string : never

const scalarField =
  <N extends ScalarName>(scalar: N) =>
  (number: number): Field<ScalarValues[N], 'implicit'> => ({ number, type: { kind: 'scalar', scalar }, presence: 'implicit' })

/** A 64-bit float. */
export const double = scalarField('double')
/** A 32-bit float; a finite number beyond its range does not encode. */
export const float = scalarField('float')
/** A signed 32-bit integer; negative ones take 10 bytes, see {@link sint32}. */
export const int32 = scalarField('int32')
/** A signed 64-bit integer, as bigint. */
export const int64 = scalarField('int64')
/** An unsigned 32-bit integer. */
export const uint32 = scalarField('uint32')
/** An unsigned 64-bit integer, as bigint. */
export const uint64 = scalarField('uint64')
/** A signed 32-bit integer, short for small negative ones. */
export const sint32 = scalarField('sint32')
/** A signed 64-bit integer, as bigint, short for small negative ones. */
export const sint64 = scalarField('sint64')
/** An unsigned 32-bit integer in 4 bytes. */
export const fixed32 = scalarField('fixed32')
/** An unsigned 64-bit integer in 8 bytes, as bigint. */
export const fixed64 = scalarField('fixed64')
/** A signed 32-bit integer in 4 bytes. */
export const sfixed32 = scalarField('sfixed32')
/** A signed 64-bit integer in 8 bytes, as bigint. */
export const sfixed64 = scalarField('sfixed64')
/** A boolean. */
export const bool = scalarField('bool')
/** A string of Unicode text. */
export const string = scalarField('string')
/** Bytes. A decoded value is a view of the received message, which it keeps alive. */
export const bytes = scalarField('bytes')

/** What a tensor field demands of its tensors. */
export interface TensorFieldOptions<D extends DType = DType> {
  /** The only dtype that is taken; any without it. */
  readonly dtype?: D
  /** The only number of dimensions that is taken; any up to 8 without it. */
  readonly rank?: number
}

/**
 * A tensor; required, unless wrapped in {@link optional}.
 *
 * @param number - The field's number.
 * @param options - Narrows dtype and rank: another tensor neither encodes nor decodes, and handlers get the exact type.
 * @throws PROTOCOL_INVALID for an unknown dtype or a rank that is no integer from 0 to 8.
 * @example
 * ```ts
 * message({ series: tensor(1, { dtype: 'F64', rank: 2 }) })
 * ```
 */
export function tensor<const D extends DType = DType>(number: number, options: TensorFieldOptions<D> = {}): Field<Tensor<D>, 'required'> {
  const { dtype, rank } = options
  if (dtype !== undefined && !isDType(dtype))
    throw new TensorKitError('PROTOCOL_INVALID', 'The dtype of a tensor field is unknown', { facts: { number } })
  if (rank !== undefined && !(Number.isInteger(rank) && rank >= 0 && rank <= maxTensorRank)) {
    throw new TensorKitError('PROTOCOL_INVALID', `The rank of a tensor field must be an integer from 0 to ${maxTensorRank}`, {
      facts: { number },
    })
  }
  return { number, type: { kind: 'tensor', ...(dtype && { dtype }), ...(rank !== undefined && { rank }) }, presence: 'required' }
}

/**
 * An enum's definition. The number 0 must be among its values: it is what a field that is not on the wire reads as.
 *
 * @param name - The name in the package, in UpperCamelCase, if the enum is used in more than one place; `Outer.Inner` inside
 * the message `Outer`.
 * @param values - The numbers by their names, in UPPER_SNAKE_CASE.
 */
export function enumType<const V extends Readonly<Record<string, number>>>(name: string, values: V): EnumType<V> {
  return { name, values }
}

/**
 * A field of an enum; its value is the name. A number without a name, as from a newer peer, does not decode.
 *
 * @param number - The field's number.
 * @param definition - An {@link enumType}, or the numbers by their names.
 * @example
 * ```ts
 * message({ trend: enumeration(1, { FLAT: 0, UP: 1, DOWN: 2 }) })
 * ```
 */
export function enumeration<const V extends Readonly<Record<string, number>>>(
  number: number,
  definition: EnumType<V>,
): Field<keyof V & string, 'implicit'>
export function enumeration<const V extends Readonly<Record<string, number>>>(
  number: number,
  values: V,
): Field<keyof V & string, 'implicit'>
export function enumeration(number: number, given: EnumType | Readonly<Record<string, number>>): Field<string, 'implicit'> {
  const definition = typeof given.values === 'object' ? (given as EnumType) : { values: given as Readonly<Record<string, number>> }
  return { number, type: { kind: 'enum', definition }, presence: 'implicit' }
}

/** A message within the message; required, unless wrapped in {@link optional}. */
export function nested<M extends MessageType>(number: number, type: M): Field<MessageValue<M>, 'required'> {
  return { number, type: { kind: 'message', message: type }, presence: 'required' }
}

/** What a repeated field or a map demands of its value. */
export interface ListFieldOptions {
  /**
   * The most elements or entries that are taken, part of the contract: a longer value neither encodes nor decodes, and is
   * refused before its elements are made. Without it the codec's `maxElements` is the only limit.
   */
  readonly maxItems?: number
}

/**
 * Any number of values, in order: `repeated(uint32(3))`, or at most some: `repeated(uint32(3), { maxItems: 64 })`.
 *
 * @throws PROTOCOL_INVALID for a field that is itself repeated, optional or a map, or a `maxItems` that is no integer above 0.
 */
export function repeated<T>(field: Field<T, 'implicit' | 'required'>, options: ListFieldOptions = {}): Field<readonly T[], 'list'> {
  demandSingle(field, 'repeated()')
  return { number: field.number, type: { kind: 'repeated', element: field.type, ...listLimit(field, options) }, presence: 'list' }
}

/**
 * A value that may be absent: `optional(string(2))`.
 *
 * @throws PROTOCOL_INVALID for a field that is repeated, optional or a map.
 */
export function optional<T>(field: Field<T, 'implicit' | 'required'>): Field<T, 'optional'> {
  demandSingle(field, 'optional()')
  return { number: field.number, type: field.type, presence: 'optional' }
}

/**
 * Values by keys, as a `Map`: `map('string', uint32(3))`.
 *
 * @param key - The type of the keys.
 * @param value - The field whose number and type of value the map has.
 * @throws PROTOCOL_INVALID for a type that cannot be a key, a value that is repeated, optional or a map, or a `maxItems`
 * that is no integer above 0.
 */
export function map<K extends MapKeyName, T>(
  key: K,
  value: Field<T, 'implicit' | 'required'>,
  options: ListFieldOptions = {},
): Field<ReadonlyMap<ScalarValues[K], T>, 'list'> {
  demandSingle(value, 'map()')
  if (!Object.hasOwn(scalars, key) || ['double', 'float', 'bytes'].includes(key)) {
    throw new TensorKitError('PROTOCOL_INVALID', 'The key of a map must be an integer type, bool or string', {
      facts: { number: value.number },
    })
  }
  return { number: value.number, type: { kind: 'map', key, value: value.type, ...listLimit(value, options) }, presence: 'list' }
}

/**
 * A message: its fields by their names in lowerCamelCase (`stdDev` is `std_dev` in the `.proto`).
 *
 * @param name - The name in the package, in UpperCamelCase, if the message is used in more than one place. Without one it
 * is named after its method (`PredictRequest`) or its field. `Outer.Inner` lies inside the message `Outer`.
 * @param fields - The fields. All are required in a value, but those in {@link optional}.
 */
export function message<const F extends Fields>(fields: F): MessageType<F>
export function message<const F extends Fields>(name: string, fields: F): MessageType<F>
export function message<F extends Fields>(first: string | F, second?: F): MessageType<F> {
  return typeof first === 'string' ? { name: first, fields: second as F } : { fields: first }
}

function listLimit({ number }: Field, { maxItems }: ListFieldOptions): ListFieldOptions {
  if (maxItems === undefined) return {}
  if (Number.isSafeInteger(maxItems) && maxItems > 0) return { maxItems }
  throw new TensorKitError('PROTOCOL_INVALID', 'maxItems must be an integer above 0', { facts: { number } })
}

function demandSingle(field: Field, wrapper: string): void {
  if (field.presence === 'implicit' || field.presence === 'required') return
  throw new TensorKitError('PROTOCOL_INVALID', `${wrapper} takes a single field`, { facts: { number: field.number } })
}
