import type { Codec } from 'scale-ts'

/** One field of a composite or a variant. */
export interface FieldShape {
  readonly name?: string
  readonly ty: AnyTy
}

/** One variant of an enum. */
export interface VariantShape {
  readonly index: number
  readonly name: string
  readonly fields: readonly FieldShape[]
}

/** A type parameter; without a type where Rust's `skip_type_params` hides it. */
export interface TypeParameter {
  readonly name: string
  readonly ty?: AnyTy
}

/** The Rust names that a type carries in metadata: `sp_core::crypto::AccountId32` and its parameters. */
export interface TypeName {
  readonly path: readonly string[]
  readonly params: readonly TypeParameter[]
}

/** The names of the primitive types of scale-info. */
export type PrimitiveName = 'bool' | 'str' | 'u8' | 'u16' | 'u32' | 'u64' | 'u128' | 'i16' | 'i32' | 'i64' | 'i128'

/** What metadata says of a type: scale-info's `TypeDef`, with other types by reference instead of by number. */
export type Shape =
  | { readonly tag: 'primitive'; readonly name: PrimitiveName }
  | { readonly tag: 'composite'; readonly name: TypeName; readonly fields: readonly FieldShape[] }
  | { readonly tag: 'variant'; readonly name: TypeName; readonly variants: readonly VariantShape[] }
  | { readonly tag: 'sequence'; readonly of: AnyTy }
  | { readonly tag: 'array'; readonly of: AnyTy; readonly length: number }
  | { readonly tag: 'tuple'; readonly of: readonly AnyTy[] }
  | { readonly tag: 'compact'; readonly of: AnyTy }
  /** A type that is defined later, or that contains itself. */
  | { readonly tag: 'lazy'; readonly get: () => AnyTy }

/**
 * A type of the chain: how a value is encoded, and how metadata describes it. Every item of a pallet is declared with
 * these, so that its bytes, its metadata and its TypeScript type cannot drift apart.
 */
export interface Ty<T> {
  readonly codec: Codec<T>
  readonly shape: Shape
}

/** A type whose values are not looked at. */
// biome-ignore lint/suspicious/noExplicitAny: a codec is invariant in its value, so no other type stands above all of them
export type AnyTy = Ty<any>

/** The TypeScript type of a {@link Ty}'s values. */
export type TypeOf<Y> = Y extends Ty<infer T> ? T : never

/** Makes a type's name from its Rust path. */
export const typeName = (path: string, params: readonly TypeParameter[] = []): TypeName => ({
  path: path === '' ? [] : path.split('::'),
  params,
})

/** A type that is read only when it is used: for recursion, and for types defined by all pallets together. */
export function lazy<T>(get: () => Ty<T>): Ty<T> {
  const enc = (value: T): Uint8Array => get().codec.enc(value)
  // The decoder's inner state is shared by reference, as scale-ts does for every nested codec.
  const dec: Codec<T>[1] = (bytes) => get().codec.dec(bytes)
  const codec = Object.assign([enc, dec] as [typeof enc, typeof dec], { enc, dec }) as Codec<T>
  return { codec, shape: { tag: 'lazy', get } }
}
