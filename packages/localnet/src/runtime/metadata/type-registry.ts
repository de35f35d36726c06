import type { CodecType, v14Lookup } from '@polkadot-api/substrate-bindings'
import type { AnyTy, FieldShape, Shape, TypeName } from '../types/ty.js'
import { rustName } from './rust-name.js'

/** One type as metadata lists it. */
export type TypeEntry = CodecType<typeof v14Lookup>[number]
type TypeDef = TypeEntry['def']

/**
 * Numbers types for metadata. Equal types get one number, however often they are declared; a type that contains itself
 * does so through a lazy reference.
 */
export class TypeRegistry {
  readonly entries: TypeEntry[] = []
  readonly #ids = new Map<AnyTy, number>()
  readonly #byContent = new Map<string, number>()
  /** Types whose content is being numbered, with the number reserved for them, if one was asked for meanwhile. */
  readonly #open = new Map<AnyTy, number | undefined>()

  /** The number of a type. */
  id(ty: AnyTy): number {
    if (ty.shape.tag === 'lazy') return this.#lazyId(ty.shape.get())
    const known = this.#ids.get(ty)
    if (known !== undefined) return known
    this.#open.set(ty, undefined)
    const content = this.#content(ty.shape)
    const reserved = this.#open.get(ty)
    this.#open.delete(ty)
    const key = JSON.stringify(content)
    const id = reserved ?? this.#byContent.get(key) ?? this.#reserve()
    this.#byContent.set(key, id)
    this.entries[id] = { id, ...content, docs: [] }
    this.#ids.set(ty, id)
    return id
  }

  #lazyId(ty: AnyTy): number {
    if (!this.#open.has(ty)) return this.id(ty)
    const id = this.#open.get(ty) ?? this.#reserve()
    this.#open.set(ty, id)
    return id
  }

  #reserve(): number {
    // The slot is filled when the type's content is complete.
    return this.entries.push({ id: 0, path: [], params: [], def: { tag: 'tuple', value: [] }, docs: [] }) - 1
  }

  #content(shape: Exclude<Shape, { tag: 'lazy' }>): Omit<TypeEntry, 'id' | 'docs'> {
    const named = (name: TypeName, def: TypeDef) => ({
      path: [...name.path],
      params: name.params.map((param) => ({ name: param.name, type: param.ty && this.id(param.ty) })),
      def,
    })
    const unnamed = (def: TypeDef) => ({ path: [], params: [], def })
    switch (shape.tag) {
      case 'primitive':
        return unnamed({ tag: 'primitive', value: { tag: shape.name, value: undefined } })
      case 'composite':
        return named(shape.name, { tag: 'composite', value: this.#fields(shape.fields) })
      case 'variant': {
        const variants = shape.variants.map(({ index, name, fields }) => ({ name, fields: this.#fields(fields), index, docs: [] }))
        return named(shape.name, { tag: 'variant', value: variants })
      }
      case 'sequence':
        return unnamed({ tag: 'sequence', value: this.id(shape.of) })
      case 'array':
        return unnamed({ tag: 'array', value: { len: shape.length, type: this.id(shape.of) } })
      case 'tuple':
        return unnamed({ tag: 'tuple', value: shape.of.map((ty) => this.id(ty)) })
      case 'compact':
        return unnamed({ tag: 'compact', value: this.id(shape.of) })
    }
  }

  #fields(fields: readonly FieldShape[]) {
    return fields.map(({ name, ty }) => ({ name, type: this.id(ty), typeName: rustName(ty), docs: [] }))
  }
}
