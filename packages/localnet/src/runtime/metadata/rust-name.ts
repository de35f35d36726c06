import type { AnyTy, TypeName } from '../types/ty.js'

/** Rust's own containers show what they hold; other types go by their last name alone. */
const generic = new Set(['Option', 'Result', 'BoundedVec', 'WeakBoundedVec', 'BTreeMap', 'BTreeSet'])

function named({ path, params }: TypeName): string {
  const last = path.at(-1) ?? 'Struct'
  const shown = generic.has(last) ? params.flatMap(({ ty }) => (ty ? [rustName(ty)] : [])) : []
  return shown.length > 0 ? `${last}<${shown.join(', ')}>` : last
}

/**
 * What a field's type could be called in Rust: metadata has such a name for each field, and some clients do not read calls
 * without. Names that Rust code gives types in passing, such as `BalanceOf<T>`, are not known here.
 */
export function rustName(ty: AnyTy): string {
  const { shape } = ty
  switch (shape.tag) {
    case 'primitive':
      return shape.name
    case 'composite':
    case 'variant':
      return named(shape.name)
    case 'sequence':
      return `Vec<${rustName(shape.of)}>`
    case 'array':
      return `[${rustName(shape.of)}; ${shape.length}]`
    case 'tuple':
      return `(${shape.of.map(rustName).join(', ')})`
    case 'compact':
      return `Compact<${rustName(shape.of)}>`
    case 'lazy':
      return rustName(shape.get())
  }
}
