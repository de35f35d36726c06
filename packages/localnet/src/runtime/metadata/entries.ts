import { Binary, type CodecType, type v14 } from '@polkadot-api/substrate-bindings'
import type { OuterTypes } from '../framework/outer-types.js'
import type { Pallet } from '../framework/pallet.js'
import type { RuntimeApi } from '../framework/runtime-api.js'
import { type AnyStorageItem, fallbackBytes } from '../framework/storage-item.js'
import { tuple } from '../types/compounds.js'
import type { AnyTy } from '../types/ty.js'
import type { TypeRegistry } from './type-registry.js'

/** What metadata says of the extrinsic format. */
export interface ExtrinsicTypes {
  readonly extrinsic: AnyTy
  readonly address: AnyTy
  readonly signature: AnyTy
  readonly extra: AnyTy
  readonly extensions: readonly { readonly identifier: string; readonly extra: AnyTy; readonly implicit: AnyTy }[]
}

/** The parts of a runtime that metadata lists. */
export interface MetadataSource {
  readonly pallets: readonly Pallet[]
  readonly apis: readonly RuntimeApi[]
  readonly outer: OuterTypes
  readonly extrinsic: ExtrinsicTypes
  /** By the pallet's name. */
  readonly associatedTypes: Readonly<Record<string, Readonly<Record<string, AnyTy>>>>
}

type V14Pallet = CodecType<typeof v14>['pallets'][number]
type StorageEntry = NonNullable<V14Pallet['storage']>['items'][number]

function storageEntry(registry: TypeRegistry, name: string, { spec }: AnyStorageItem): StorageEntry {
  const keys: readonly { readonly ty: AnyTy; readonly hasher: 'Blake2128Concat' | 'Twox64Concat' | 'Identity' }[] = spec.keys
  const [first] = keys
  const value = registry.id(spec.value)
  return {
    name,
    modifier: spec.fallback ? 1 : 0,
    type: first
      ? {
          tag: 'map',
          value: {
            hashers: keys.map(({ hasher }) => ({ tag: hasher, value: undefined })),
            // One key stands alone, several are a tuple.
            key: registry.id(keys.length === 1 ? first.ty : tuple(...keys.map(({ ty }) => ty))),
            value,
          },
        }
      : { tag: 'plain', value },
    fallback: fallbackBytes(spec),
    docs: [],
  }
}

/** What all versions say of a pallet. */
export function palletEntry(registry: TypeRegistry, pallet: Pallet): Omit<V14Pallet, 'docs'> {
  const id = (ty: AnyTy | undefined) => ty && registry.id(ty)
  return {
    name: pallet.name,
    storage: pallet.storage && {
      prefix: pallet.name,
      items: Object.entries(pallet.storage).map(([name, item]) => storageEntry(registry, name, item)),
    },
    calls: id(pallet.callType),
    events: id(pallet.eventType),
    constants: Object.entries(pallet.constants ?? {}).map(([name, { ty, value }]) => ({
      name,
      type: registry.id(ty),
      value: Binary.toHex(ty.codec.enc(value)),
      docs: [],
    })),
    errors: id(pallet.errorType),
    index: pallet.index,
  }
}

export const extensionEntries = (registry: TypeRegistry, { extensions }: ExtrinsicTypes) =>
  extensions.map(({ identifier, extra, implicit }) => ({ identifier, type: registry.id(extra), additionalSigned: registry.id(implicit) }))

/** A method of a runtime API, or a view function. */
export const functionEntry = (registry: TypeRegistry, name: string, args: Readonly<Record<string, AnyTy>>, result: AnyTy) => ({
  name,
  inputs: Object.entries(args).map(([arg, ty]) => ({ name: arg, type: registry.id(ty) })),
  output: registry.id(result),
  docs: [],
})
