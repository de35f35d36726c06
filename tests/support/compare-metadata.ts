import { Hex, Struct, str, Tuple, type UnifiedMetadata, u8, u32, type V14Lookup, Vector } from '@polkadot-api/substrate-bindings'
import { typeComparer } from './compare-types.js'

type Pallet = UnifiedMetadata['pallets'][number]
type StorageItem = NonNullable<Pallet['storage']>['items'][number]

/** A difference: of which item, and what it is. */
export interface Difference {
  readonly item: string
  readonly what: string
}

type Named = { readonly name: string }
type Compare = (theirs: number | undefined, ours: number | undefined) => string | undefined

const runtimeVersion = Struct({
  specName: str,
  implName: str,
  authoringVersion: u32,
  specVersion: u32,
  implVersion: u32,
  apis: Vector(Tuple(Hex(8), u32)),
  transactionVersion: u32,
  systemVersion: u8,
})

/** The runtime's version with its APIs sorted: their order says nothing. */
function sortedVersion(hex: string): string {
  const { apis, ...version } = runtimeVersion.dec(hex)
  return JSON.stringify({ ...version, apis: apis.map(([id, number]) => `${id} ${number}`).sort() })
}

const differ = (theirs: unknown, ours: unknown, of: string): string | undefined => {
  const [a, b] = [JSON.stringify(theirs), JSON.stringify(ours)]
  return a === b ? undefined : `${of}: mainnet ${a}, localnet ${b}`
}

/** Pairs what both have by name; what one of them lacks is a difference. */
function pair<T extends Named>(
  theirs: readonly T[],
  ours: readonly T[],
  itemOf: (name: string) => string,
  compare: (a: T, b: T) => Difference[],
) {
  const mine = new Map(ours.map((item) => [item.name, item]))
  const known = new Set(theirs.map(({ name }) => name))
  const missing = theirs.flatMap((item): Difference[] => {
    const own = mine.get(item.name)
    return own ? compare(item, own) : [{ item: itemOf(item.name), what: 'the localnet has none' }]
  })
  const extra = ours
    .filter(({ name }) => !known.has(name))
    .map(({ name }): Difference => ({ item: itemOf(name), what: 'mainnet has none' }))
  return [...missing, ...extra]
}

/** V14 has none. */
const outerEnums = (metadata: UnifiedMetadata) => (metadata as UnifiedMetadata<15>).outerEnums

const one = (item: string, ...found: readonly (string | undefined)[]): Difference[] =>
  found.flatMap((what) => (what === undefined ? [] : [{ item, what }]))

/** The deprecation of an item, without its words. */
const deprecation = (item: object): string | undefined =>
  'deprecationInfo' in item && item.deprecationInfo && typeof item.deprecationInfo === 'object' && 'tag' in item.deprecationInfo
    ? String(item.deprecationInfo.tag)
    : undefined

function compareStorage(a: StorageItem, b: StorageItem, types: Compare): (string | undefined)[] {
  const common = [
    differ(a.modifier, b.modifier, 'modifier'),
    differ(a.fallback, b.fallback, 'default'),
    differ(a.type.tag, b.type.tag, 'kind'),
  ]
  if (a.type.tag === 'plain' && b.type.tag === 'plain') return [...common, types(a.type.value, b.type.value)]
  if (a.type.tag === 'plain' || b.type.tag === 'plain') return common
  return [
    ...common,
    differ(a.type.value.hashers, b.type.value.hashers, 'hashers'),
    types(a.type.value.key, b.type.value.key),
    types(a.type.value.value, b.type.value.value),
  ]
}

/** The variants of a pallet's enum. */
export function variantsOf(lookup: V14Lookup, ref: Pallet['calls']): readonly { readonly name: string; readonly index: number }[] {
  const def = ref === undefined ? undefined : lookup[ref.type]?.def
  return def?.tag === 'variant' ? def.value : []
}

const deprecatedIndexes = (ref: Pallet['calls']): unknown =>
  ref && 'deprecationInfo' in ref && Array.isArray(ref.deprecationInfo) ? ref.deprecationInfo.map(({ index }) => index).sort() : []

/** Compares all that two runtimes declare. */
export function compareMetadata(theirs: UnifiedMetadata, ours: UnifiedMetadata): Difference[] {
  const types = typeComparer({ theirs: theirs.lookup, ours: ours.lookup })
  const sameVersions = theirs.version === ours.version

  // Versions before 16 know no deprecations.
  const deprecated = (a: object, b: object): string | undefined =>
    sameVersions ? differ(deprecation(a), deprecation(b), 'deprecation') : undefined

  const comparePallet = (a: Pallet, b: Pallet): Difference[] => {
    const of = (kind: string) => (name: string) => `${kind} ${a.name}.${name}`
    const kinds = (['calls', 'events', 'errors'] as const).flatMap((kind) => [
      ...pair(variantsOf(theirs.lookup, a[kind]), variantsOf(ours.lookup, b[kind]), of(kind), (x, y) =>
        one(of(kind)(x.name), differ(x.index, y.index, 'index')),
      ),
      ...one(
        `${kind} of ${a.name}`,
        a[kind] && b[kind] ? types(a[kind].type, b[kind].type) : differ(a[kind] === undefined, b[kind] === undefined, 'absent'),
        sameVersions ? differ(deprecatedIndexes(a[kind]), deprecatedIndexes(b[kind]), 'deprecated') : undefined,
      ),
    ])
    const constants = pair(a.constants, b.constants, of('constant'), (x, y) =>
      one(
        of('constant')(x.name),
        types(x.type, y.type),
        x.name === 'Version' ? differ(sortedVersion(x.value), sortedVersion(y.value), 'value') : differ(x.value, y.value, 'value'),
      ),
    )
    const storage = pair(a.storage?.items ?? [], b.storage?.items ?? [], of('storage'), (x, y) =>
      one(of('storage')(x.name), ...compareStorage(x, y, types), deprecated(x, y)),
    )
    const shown = sameVersions
      ? [
          ...pair(a.associatedTypes, b.associatedTypes, of('associated type'), (x, y) =>
            one(of('associated type')(x.name), types(x.type, y.type)),
          ),
          ...pair(a.viewFns, b.viewFns, of('view function'), (x, y) =>
            one(of('view function')(x.name), differ(x.id, y.id, 'id'), ...compareFunction(x, y)),
          ),
        ]
      : []
    const whole = one(`pallet ${a.name}`, differ(a.index, b.index, 'index'), differ(a.storage?.prefix, b.storage?.prefix, 'prefix'))
    return [...whole, ...storage, ...kinds, ...constants, ...shown]
  }

  type Callable = Pick<UnifiedMetadata['apis'][number]['methods'][number], 'inputs' | 'output'>
  const compareFunction = (a: Callable, b: Callable): (string | undefined)[] => [
    differ(
      a.inputs.map(({ name }) => name),
      b.inputs.map(({ name }) => name),
      'arguments',
    ),
    ...a.inputs.map(({ type }, at) => types(type, b.inputs[at]?.type)),
    types(a.output, b.output),
  ]

  const compareApis = (): Difference[] =>
    pair(
      theirs.apis,
      ours.apis,
      (name) => `api ${name}`,
      (a, b) => {
        if (a.methods.length > 0 && b.methods.length === 0) return [{ item: `methods of ${a.name}`, what: 'the localnet declares none' }]
        const item = (name: string) => `method ${a.name}.${name}`
        const version = sameVersions && 'version' in a && 'version' in b ? differ(a.version, b.version, 'version') : undefined
        return [
          ...one(`api ${a.name}`, version),
          ...pair(a.methods, b.methods, item, (x, y) => one(item(x.name), ...compareFunction(x, y), deprecated(x, y))),
        ]
      },
    )

  const compareExtrinsic = (): Difference[] => {
    const [a, b] = [theirs.extrinsic, ours.extrinsic]
    const names = (metadata: UnifiedMetadata) => (metadata.extrinsic.extensionsByVersion[0] ?? []).map(({ identifier }) => identifier)
    const parts = ['address', 'signature', 'call'] as const
    const part = (of: object, name: (typeof parts)[number]): number | undefined => (of as Partial<Record<typeof name, number>>)[name]
    return [
      ...one(
        'extensions',
        differ(names(theirs), names(ours), 'order'),
        differ(Object.keys(a.extensionsByVersion), Object.keys(b.extensionsByVersion), 'versions'),
      ),
      ...Object.entries(b.extensions).flatMap(([name, own]) => {
        const peer = a.extensions[name]
        return one(`extension ${name}`, types(peer?.type, own.type), types(peer?.additionalSigned, own.additionalSigned))
      }),
      ...(theirs.version === 14 || ours.version === 14
        ? []
        : parts.flatMap((name) => one(`extrinsic ${name}`, types(part(a, name), part(b, name))))),
      ...one('extrinsic versions', sameVersions ? differ(a.version, b.version, 'versions') : undefined),
    ]
  }

  const outer = (): Difference[] =>
    theirs.version === 14 || ours.version === 14
      ? []
      : (['call', 'event', 'error'] as const).flatMap((name) =>
          one(`outer enum ${name}`, types(outerEnums(theirs)[name], outerEnums(ours)[name])),
        )

  return [
    ...pair(theirs.pallets, ours.pallets, (name) => `pallet ${name}`, comparePallet),
    ...(theirs.version === 14 || ours.version === 14 ? [] : compareApis()),
    ...compareExtrinsic(),
    ...outer(),
  ]
}
