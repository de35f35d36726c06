import { type CodecType, metadata as metadataCodec, type v14, type v15 } from '@polkadot-api/substrate-bindings'
import type { AnyTy } from '../types/ty.js'
import { buildV16 } from './build-v16.js'
import { extensionEntries, functionEntry, type MetadataSource, palletEntry } from './entries.js'
import { TypeRegistry } from './type-registry.js'
import type { MetadataVersion } from './versions.js'

const magicNumber = 0x6174656d // "meta"

type Encoded = CodecType<typeof metadataCodec>['metadata']

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
      methods: Object.entries(methods).map(([method, { args, result }]) => functionEntry(registry, method, args, result)),
      docs: [],
    })),
    outerEnums: { call: registry.id(outer.call), event: registry.id(outer.event), error: registry.id(outer.error) },
    custom: [],
    lookup: registry.entries,
  }
}

function build(source: MetadataSource, runtime: AnyTy, version: MetadataVersion): Encoded {
  switch (version) {
    case 14:
      return { tag: 'v14', value: buildV14(source, runtime) }
    case 15:
      return { tag: 'v15', value: buildV15(source, runtime) }
    case 16:
      return { tag: 'v16', value: buildV16(source) }
  }
}

/**
 * Encodes a runtime's metadata, with its magic number, without docs.
 *
 * @param version - V14 knows no runtime APIs; V15 lists them; V16 adds associated types, view functions and deprecations.
 */
export const buildMetadata = (source: MetadataSource, runtime: AnyTy, version: MetadataVersion): Uint8Array =>
  metadataCodec.enc({ magicNumber, metadata: build(source, runtime, version) })
