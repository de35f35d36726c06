import type { V14Lookup } from '@polkadot-api/substrate-bindings'

type Entry = V14Lookup[number]
type Field = Extract<Entry['def'], { tag: 'composite' }>['value'][number]

/** Both registries of types. */
export interface Lookups {
  readonly theirs: V14Lookup
  readonly ours: V14Lookup
}

/** Enums that all pallets form together: what a model of some pallets has of them must be the same, and need not be all. */
const isPartial = (path: readonly string[]): boolean => /^Runtime(Call|Event|Error)$/.test(path.at(-1) ?? '')

/**
 * Compares types by structure: paths, parameters, names and indexes, and everything within.
 *
 * @returns A function that says where two types first differ, or undefined.
 */
export function typeComparer(lookups: Lookups): (theirId: number | undefined, ourId: number | undefined) => string | undefined {
  const equal = new Set<string>()
  return (theirId, ourId) => {
    if (theirId === undefined || ourId === undefined) return theirId === ourId ? undefined : 'one of them has no type'
    // Pairs are kept where the whole was equal: what lies under a difference was compared in part.
    const seen = new Set(equal)
    const found = compareTypes(lookups, theirId, ourId, seen)
    if (found === undefined) for (const pair of seen) equal.add(pair)
    return found
  }
}

/**
 * @param seen - Pairs that are equal already. A pair that is being compared counts as equal within itself: types may be recursive.
 */
function compareTypes(lookups: Lookups, theirId: number, ourId: number, seen: Set<string>): string | undefined {
  function compare(theirs: number, ours: number, path: string): string | undefined {
    if (seen.has(`${theirs} ${ours}`)) return undefined
    seen.add(`${theirs} ${ours}`)
    const a = lookups.theirs[theirs]
    const b = lookups.ours[ours]
    if (!a || !b) return `${path}: no such type`
    const at = `${path} (${b.path.at(-1) ?? b.def.tag})`
    return differ(a.path.join('::'), b.path.join('::'), `${at} path`) ?? compareParams(a, b, at) ?? compareDefs(a, b, at)
  }

  function compareParams(a: Entry, b: Entry, at: string): string | undefined {
    const names = (entry: Entry): string => entry.params.map(({ name, type }) => `${name}${type === undefined ? '' : '='}`).join()
    return (
      differ(names(a), names(b), `${at} parameters`) ??
      first(b.params, ({ type }, index) => {
        const peer = a.params[index]?.type
        return type === undefined || peer === undefined ? undefined : compare(peer, type, `${at}<${index}>`)
      })
    )
  }

  function compareFields(a: readonly Field[], b: readonly Field[], at: string): string | undefined {
    const names = (fields: readonly Field[]): string => fields.map(({ name }) => name ?? '_').join()
    return (
      differ(names(a), names(b), `${at} fields`) ??
      first(b, (field, index) => compare(a[index]?.type ?? -1, field.type, `${at}.${field.name ?? index}`))
    )
  }

  function compareDefs({ def: a, path }: Entry, { def: b }: Entry, at: string): string | undefined {
    if (a.tag === 'primitive' && b.tag === 'primitive') return differ(a.value.tag, b.value.tag, at)
    if (a.tag === 'composite' && b.tag === 'composite') return compareFields(a.value, b.value, at)
    if (a.tag === 'sequence' && b.tag === 'sequence') return compare(a.value, b.value, `${at}[]`)
    if (a.tag === 'compact' && b.tag === 'compact') return compare(a.value, b.value, `${at} compact`)
    if (a.tag === 'array' && b.tag === 'array')
      return differ(a.value.len, b.value.len, `${at} length`) ?? compare(a.value.type, b.value.type, `${at}[]`)
    if (a.tag === 'tuple' && b.tag === 'tuple') {
      return (
        differ(a.value.length, b.value.length, `${at} size`) ??
        first(b.value, (item, index) => compare(a.value[index] ?? -1, item, `${at}.${index}`))
      )
    }
    if (a.tag === 'variant' && b.tag === 'variant') {
      const count = isPartial(path) ? undefined : differ(a.value.length, b.value.length, `${at} variants`)
      return (
        count ??
        first(b.value, (variant) => {
          const peer = a.value.find(({ name }) => name === variant.name)
          if (!peer) return `${at}: mainnet has no ${variant.name}`
          return (
            differ(peer.index, variant.index, `${at} ${variant.name} index`) ??
            compareFields(peer.fields, variant.fields, `${at} ${variant.name}`)
          )
        })
      )
    }
    return differ(a.tag, b.tag, at)
  }

  return compare(theirId, ourId, '')
}

const differ = (theirs: string | number, ours: string | number, at: string): string | undefined =>
  theirs === ours ? undefined : `${at}: mainnet ${theirs}, localnet ${ours}`

function first<T>(items: readonly T[], find: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index)
    if (found !== undefined) return found
  }
  return undefined
}
