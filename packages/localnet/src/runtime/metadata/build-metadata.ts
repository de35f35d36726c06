import { Binary, type CodecType, metadata as metadataCodec, type v14, type v15 } from '@polkadot-api/substrate-bindings'
import type { OuterTypes } from '../framework/outer-types.js'
import type { Pallet } from '../framework/pallet.js'
import type { RuntimeApi } from '../framework/runtime-api.js'
import { type AnyStorageItem, fallbackBytes } from '../framework/storage-item.js'
import { tuple } from '../types/compounds.js'
import type { AnyTy } from '../types/ty.js'
import { TypeRegistry } from './type-registry.js'

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
}

type V14Pallet = CodecType<typeof v14>['pallets'][number]
type StorageEntry = NonNullable<V14Pallet['storage']>['items'][number]

const magicNumber = 0x6174656d // "meta"

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

function palletEntry(registry: TypeRegistry, pallet: Pallet): Omit<V14Pallet, 'docs'> {
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

const extensionEntries = (registry: TypeRegistry, { extensions }: ExtrinsicTypes) =>
  extensions.map(({ identifier, extra, implicit }) => ({ identifier, type: registry.id(extra), additionalSigned: registry.id(implicit) }))

function buildV14({ pallets, extrinsic }: MetadataSource, runtime: AnyTy): CodecType<typeof v14> {
  const registry = new TypeRegistry()
  return {
    pallets: pallets.map((pallet) => ({ ...palletEntry(registry, pallet), docs: [] })),
    extrinsic: { type: registry.id(extrinsic.extrinsic), version: 4, signedExtensions: extensionEntries(registry, extrinsic) },
    type: registry.id(runtime),
    apis: [],
    lookup: registry.entries,
  }
}

function buildV15({ pallets, apis, outer, extrinsic }: MetadataSource, runtime: AnyTy): CodecType<typeof v15> {
  const registry = new TypeRegistry()
  return {
    pallets: pallets.map((pallet) => ({ ...palletEntry(registry, pallet), docs: [] })),
    extrinsic: {
      version: 4,
      address: registry.id(extrinsic.address),
      call: registry.id(outer.call),
      signature: registry.id(extrinsic.signature),
      extra: registry.id(extrinsic.extra),
      signedExtensions: extensionEntries(registry, extrinsic),
    },
    type: registry.id(runtime),
    apis: apis.map(({ name, methods }) => ({
      name,
      methods: Object.entries(methods).map(([method, { args, result }]) => ({
        name: method,
        inputs: Object.entries(args as Record<string, AnyTy>).map(([arg, ty]) => ({ name: arg, type: registry.id(ty) })),
        output: registry.id(result),
        docs: [],
      })),
      docs: [],
    })),
    outerEnums: { call: registry.id(outer.call), event: registry.id(outer.event), error: registry.id(outer.error) },
    custom: [],
    lookup: registry.entries,
  }
}

/**
 * Encodes a runtime's metadata, with its magic number, without docs.
 *
 * @param version - V14 knows no runtime APIs; V15 lists them.
 */
export const buildMetadata = (source: MetadataSource, runtime: AnyTy, version: 14 | 15): Uint8Array =>
  metadataCodec.enc({
    magicNumber,
    metadata: version === 14 ? { tag: 'v14', value: buildV14(source, runtime) } : { tag: 'v15', value: buildV15(source, runtime) },
  })
