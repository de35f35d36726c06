import type { CodecType, v16 } from '@polkadot-api/substrate-bindings'
import type { Deprecations, Pallet } from '../framework/pallet.js'
import type { RuntimeApi } from '../framework/runtime-api.js'
import type { AnyTy } from '../types/ty.js'
import { extensionEntries, functionEntry, type MetadataSource, palletEntry } from './entries.js'
import { TypeRegistry } from './type-registry.js'

type V16 = CodecType<typeof v16>
type V16Pallet = V16['pallets'][number]
type ItemDeprecation = V16Pallet['deprecationInfo']
type VariantDeprecations = NonNullable<V16Pallet['calls']>['deprecationInfo']

/** Versions of the extrinsic format that the chain decodes: signed ones, and general ones of format 5. */
const extrinsicVersions = [4, 5]

const itemDeprecation = (instead: string | undefined): ItemDeprecation => {
  if (instead === undefined) return { tag: 'NotDeprecated', value: undefined }
  if (instead === '') return { tag: 'DeprecatedWithoutNote', value: undefined }
  return { tag: 'Deprecated', value: { note: instead, since: undefined } }
}

/** The deprecated variants of a pallet's enum, by index. */
function variantDeprecations(
  variants: Readonly<Record<string, number | undefined>>,
  names: Deprecations['calls'] = {},
): VariantDeprecations {
  return Object.entries(names).flatMap(([name, note]) => {
    const index = variants[name]
    return index === undefined ? [] : [{ index, deprecation: { tag: 'Deprecated' as const, value: { note, since: undefined } } }]
  })
}

function pallet16(registry: TypeRegistry, pallet: Pallet, associated: Readonly<Record<string, AnyTy>> = {}): V16Pallet {
  const { storage, calls, events, errors, constants, ...entry } = palletEntry(registry, pallet)
  const { deprecated = {} } = pallet
  const indexes = {
    calls: Object.fromEntries(Object.entries(pallet.calls ?? {}).map(([name, { index }]) => [name, index])),
    events: Object.fromEntries(Object.entries(pallet.events ?? {}).map(([name, [index]]) => [name, index])),
  }
  const ref = (type: number | undefined, kind?: 'calls' | 'events') =>
    type === undefined ? undefined : { type, deprecationInfo: kind ? variantDeprecations(indexes[kind], deprecated[kind]) : [] }
  return {
    ...entry,
    storage: storage && {
      ...storage,
      items: storage.items.map((item) => ({ ...item, deprecationInfo: itemDeprecation(deprecated.storage?.[item.name]) })),
    },
    calls: ref(calls, 'calls'),
    events: ref(events, 'events'),
    errors: ref(errors),
    constants: constants.map((constant) => ({ ...constant, deprecationInfo: itemDeprecation(undefined) })),
    associatedTypes: Object.entries(associated).map(([name, ty]) => ({ name, type: registry.id(ty), docs: [] })),
    viewFns: Object.entries(pallet.viewFunctions ?? {}).map(([name, { id, args, result }]) => ({
      id,
      ...functionEntry(registry, name, args, result),
      deprecationInfo: itemDeprecation(undefined),
    })),
    docs: [],
    deprecationInfo: itemDeprecation(undefined),
  }
}

const api16 = (registry: TypeRegistry, { name, version, methods }: RuntimeApi): V16['apis'][number] => ({
  name,
  version,
  methods: Object.entries(methods).map(([method, { args, result, deprecated }]) => ({
    ...functionEntry(registry, method, args as Record<string, AnyTy>, result),
    deprecationInfo: itemDeprecation(deprecated),
  })),
  docs: [],
  deprecationInfo: itemDeprecation(undefined),
})

/** Metadata of version 16. */
export function buildV16({ pallets, apis, outer, extrinsic, associatedTypes }: MetadataSource): V16 {
  const registry = new TypeRegistry()
  const extensions = extensionEntries(registry, extrinsic)
  return {
    pallets: pallets.map((pallet) => pallet16(registry, pallet, associatedTypes[pallet.name])),
    extrinsic: {
      version: extrinsicVersions,
      address: registry.id(extrinsic.address),
      call: registry.id(outer.call),
      signature: registry.id(extrinsic.signature),
      signedExtensionsByVersion: [[0, extensions.map((_, position) => position)]],
      signedExtensions: extensions,
    },
    apis: apis.map((api) => api16(registry, api)),
    outerEnums: { call: registry.id(outer.call), event: registry.id(outer.event), error: registry.id(outer.error) },
    custom: [],
    lookup: registry.entries,
  }
}
