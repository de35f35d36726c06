import { describe, expect, it } from 'vitest'
import { enumeration, option, struct, type VariantSpec, vec } from '../types/compounds.js'
import { bytes, u8, u16 } from '../types/primitives.js'
import { type AnyTy, lazy } from '../types/ty.js'
import { TypeRegistry } from './type-registry.js'

describe('the registry of types', () => {
  it('gives equal types one number, however they are made', () => {
    const registry = new TypeRegistry()
    expect(registry.id(vec(u8))).toBe(registry.id(bytes))
    expect(registry.id(option(u16))).toBe(registry.id(option(u16)))
    expect(registry.id(struct('A', { x: u8 }))).not.toBe(registry.id(struct('B', { x: u8 })))
    expect(registry.entries.map(({ id }) => id)).toEqual(registry.entries.map((_, index) => index))
  })

  it('lists what a type is made of before the type', () => {
    const registry = new TypeRegistry()
    const id = registry.id(struct('A', { x: vec(u16) }))
    expect(registry.entries[id]).toMatchObject({ path: ['A'], def: { tag: 'composite', value: [{ name: 'x', type: 1 }] } })
    expect(registry.entries[1]?.def).toEqual({ tag: 'sequence', value: 0 })
  })

  it('numbers types that contain themselves', () => {
    const registry = new TypeRegistry()
    const tree: AnyTy = enumeration('Tree', { Leaf: [0, u8], Node: [1, vec(lazy((): AnyTy => tree))] } as Record<string, VariantSpec>)
    const id = registry.id(tree)
    expect(registry.id(lazy(() => tree))).toBe(id)
    const variants = registry.entries[id]?.def
    const list = variants?.tag === 'variant' ? variants.value[1]?.fields[0]?.type : undefined
    expect(registry.entries[list ?? -1]?.def).toEqual({ tag: 'sequence', value: id })
  })
})
