import { Option, Struct, Tuple, Variant, Vector } from '@polkadot-api/substrate-bindings'
import { _void, Bytes, type Codec, enhanceCodec } from 'scale-ts'
import { hexBytes, toHex } from '../../state/hex.js'
import { integerVec } from './integer-vec.js'
import { u8 } from './primitives.js'
import { type AnyTy, type Ty, type TypeName, type TypeOf, type TypeParameter, typeName, type VariantShape } from './ty.js'

/** Named fields, in the order of their encoding. */
export type Fields = Readonly<Record<string, AnyTy>>
/** The values of {@link Fields}. */
export type FieldValues<F extends Fields> = { [K in keyof F]: TypeOf<F[K]> }

type Codecs = Parameters<typeof Struct>[0]

// Object.fromEntries makes a plain record: what the library asks for, without symbol keys.
const codecsOf = (fields: Fields) => Object.fromEntries(Object.entries(fields).map(([name, ty]) => [name, ty.codec])) as Codecs
const shapesOf = (fields: Fields) => Object.entries(fields).map(([name, ty]) => ({ name, ty }))

/** The codec of named fields alone, without a type of their own. */
export const fieldsCodec = <F extends Fields>(fields: F): Codec<FieldValues<F>> =>
  Struct(codecsOf(fields)) as unknown as Codec<FieldValues<F>> // the record lost its keys

/** `Vec<T>`. */
export const vec = <T>(of: Ty<T>): Ty<T[]> => ({
  codec: (of.shape.tag === 'primitive' && integerVec<T>(of.shape.name)) || Vector(of.codec),
  shape: { tag: 'sequence', of },
})

/** `[u8; length]`, as hex with 0x. */
export const fixedHex = (length: number): Ty<string> => {
  const codec = enhanceCodec(
    Bytes(length),
    (value: string) => whole(hexBytes(value), length),
    // Where bytes run out, the library gives what there is.
    (bytes) => toHex(whole(bytes, length)),
  )
  return { codec, shape: { tag: 'array', of: u8, length } }
}

function whole(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`not ${length} bytes`)
  return bytes
}

/** `Option<T>`. */
export const option = <T>(of: Ty<T>): Ty<T | undefined> => ({
  codec: Option(of.codec),
  shape: {
    tag: 'variant',
    name: typeName('Option', [{ name: 'T', ty: of }]),
    variants: [
      { index: 0, name: 'None', fields: [] },
      { index: 1, name: 'Some', fields: [{ ty: of }] },
    ],
  },
})

/** A tuple. */
export const tuple = <A extends readonly AnyTy[]>(...of: A): Ty<{ -readonly [K in keyof A]: TypeOf<A[K]> }> => ({
  codec: Tuple(...of.map((ty) => ty.codec)) as Codec<{ -readonly [K in keyof A]: TypeOf<A[K]> }>,
  shape: { tag: 'tuple', of },
})

/** A struct with named fields. */
export const struct = <F extends Fields>(path: string, fields: F, params: readonly TypeParameter[] = []): Ty<FieldValues<F>> => ({
  codec: fieldsCodec(fields),
  shape: { tag: 'composite', name: typeName(path, params), fields: shapesOf(fields) },
})

/** A struct around one unnamed field; its value is the field's. */
export const newtype = <T>(path: string, inner: Ty<T>, params: readonly TypeParameter[] = []): Ty<T> => ({
  codec: inner.codec,
  shape: { tag: 'composite', name: typeName(path, params), fields: [{ ty: inner }] },
})

/** `BoundedVec<T, S>`: longer values do not decode. */
export function boundedVec<T>(of: Ty<T>, limit: number): Ty<T[]> {
  const inner = vec(of)
  const checked = (items: T[]): T[] => {
    if (items.length > limit) throw new RangeError(`more than ${limit} items`)
    return items
  }
  return { codec: enhanceCodec(inner.codec, checked, checked), shape: boundedShape(of, inner) }
}

/** `BoundedVec<u8, S>`: longer values do not decode. */
export function boundedBytes(limit: number): Ty<Uint8Array> {
  const checked = (value: Uint8Array): Uint8Array => {
    if (value.length > limit) throw new RangeError(`more than ${limit} bytes`)
    return value
  }
  return { codec: enhanceCodec(Bytes(), checked, checked), shape: boundedShape(u8, vec(u8)) }
}

const boundedShape = (of: AnyTy, inner: AnyTy): Ty<unknown>['shape'] => ({
  tag: 'composite',
  name: typeName('bounded_collections::bounded_vec::BoundedVec', [{ name: 'T', ty: of }, { name: 'S' }]),
  fields: [{ ty: inner }],
})

/** `BTreeMap<K, V>`, as entries in ascending order of their keys. */
export function btreeMap<K, V>(key: Ty<K>, value: Ty<V>): Ty<[K, V][]> {
  const inner = vec(tuple(key, value))
  return {
    codec: inner.codec,
    shape: {
      tag: 'composite',
      name: typeName('BTreeMap', [
        { name: 'K', ty: key },
        { name: 'V', ty: value },
      ]),
      fields: [{ ty: inner }],
    },
  }
}

/** `BTreeSet<T>`, in ascending order. */
export const btreeSet = <T>(of: Ty<T>): Ty<T[]> => newtype('BTreeSet', vec(of), [{ name: 'T', ty: of }])

/** `[index]`, `[index, type]`, `[index, [types]]` or `[index, { field: type }]`. */
export type VariantSpec = readonly [index: number] | readonly [index: number, content: AnyTy | readonly AnyTy[] | Fields]

/** The value inside a variant: undefined, the one value, a tuple or a record. */
export type VariantContent<S extends VariantSpec> = S extends readonly [number, infer C]
  ? C extends Ty<infer T>
    ? T
    : C extends readonly AnyTy[]
      ? { -readonly [K in keyof C]: TypeOf<C[K]> }
      : C extends Fields
        ? FieldValues<C>
        : never
  : undefined

/** The value of an enum: `{ type, value }`. */
export type EnumValue<V extends Readonly<Record<string, VariantSpec>>> = {
  [K in keyof V & string]: { readonly type: K; readonly value: VariantContent<V[K]> }
}[keyof V & string]

const isTy = (content: AnyTy | readonly AnyTy[] | Fields): content is AnyTy => 'codec' in content && Array.isArray(content.codec)

function variantParts(spec: VariantSpec): { codec: Codec<unknown>; fields: VariantShape['fields'] } {
  const content = spec[1]
  if (content === undefined) return { codec: _void as Codec<unknown>, fields: [] }
  if (isTy(content)) return { codec: content.codec, fields: [{ ty: content }] }
  if (Array.isArray(content))
    return { codec: tuple(...(content as readonly AnyTy[])).codec as Codec<unknown>, fields: content.map((ty: AnyTy) => ({ ty })) }
  return { codec: fieldsCodec(content as Fields) as Codec<unknown>, fields: shapesOf(content as Fields) }
}

/** An enum; the numbers are the variants' indexes. */
export function enumeration<const V extends Readonly<Record<string, VariantSpec>>>(name: string | TypeName, variants: V): Ty<EnumValue<V>> {
  const entries = Object.entries(variants).map(([variant, spec]) => ({ name: variant, index: spec[0], ...variantParts(spec) }))
  const inner = Object.fromEntries(entries.map((entry) => [entry.name, entry.codec])) as Codecs
  const indexes = entries.map((entry) => entry.index) as unknown as Parameters<typeof Variant>[1] // its length is checked where the keys are known
  return {
    codec: Variant(inner, indexes), // the record lost its keys to Object.fromEntries
    shape: {
      tag: 'variant',
      name: typeof name === 'string' ? typeName(name) : name,
      variants: entries.map(({ name: variant, index, fields }) => ({ name: variant, index, fields })),
    },
  }
}

/** `Result<T, E>`. */
export const result = <T, E>(ok: Ty<T>, error: Ty<E>): Ty<{ type: 'Ok'; value: T } | { type: 'Err'; value: E }> =>
  enumeration(
    typeName('Result', [
      { name: 'T', ty: ok },
      { name: 'E', ty: error },
    ]),
    { Ok: [0, ok], Err: [1, error] },
  )
