import { blake2b } from '@noble/hashes/blake2.js'
import { Binary } from '@polkadot-api/substrate-bindings'
import { TensorKitError } from '@tensorkit/core'
import { allPallets } from './all-pallets.js'
import { blockApis } from './apis/block-apis.js'
import { consensusApis } from './apis/consensus-apis.js'
import { newerApis } from './apis/newer-apis.js'
import { nodeApis } from './apis/node-apis.js'
import { undeclaredApis } from './apis/undeclared-apis.js'
import { decodeExtrinsic } from './executive/decode-extrinsic.js'
import { Executive } from './executive/executive.js'
import { extensionTypes, extrinsicType, runtimeType } from './executive/extrinsic-types.js'
import { fingerprint } from './fingerprint.js'
import type { RuntimeCall } from './framework/call.js'
import type { ReadContext } from './framework/context.js'
import type { RuntimeOptions } from './framework/options.js'
import { outerReferences, outerTypes } from './framework/outer-types.js'
import type { AnyApiMethod, RuntimeApi } from './framework/runtime-api.js'
import { localGenesis } from './local-genesis.js'
import { associatedTypes } from './metadata/associated-types.js'
import { buildMetadata } from './metadata/build-metadata.js'
import type { MetadataVersion } from './metadata/versions.js'
import { devShieldKey } from './pallets/mev-shield/dev-shield-key.js'
import { shieldedPart } from './pallets/mev-shield/mev-shield.js'
import { openShielded, SEALED_SECRET_BYTES, type ShieldKey } from './pallets/mev-shield/shielded-transaction.js'
import { proxyFilterApi } from './pallets/proxy/filter-api.js'
import { delegateInfoApi } from './pallets/subtensor/apis/delegate-info.js'
import { neuronInfoApi } from './pallets/subtensor/apis/neuron-info.js'
import { stakeInfoApi } from './pallets/subtensor/apis/stake-info.js'
import { subnetInfoApi, subnetRegistrationApi } from './pallets/subtensor/apis/subnet-info.js'
import { swapApi } from './pallets/subtensor/apis/swap.js'
import { finishBlock, finishExtrinsics, startBlock, startExtrinsics } from './pallets/system/block.js'
import { system, systemStorage } from './pallets/system/storage.js'
import type { BlockContext, Runtime, RuntimeVersion } from './runtime.js'
import { decodeExactly } from './types/bytes.js'
import { type Fields, struct } from './types/compounds.js'
import { bytes } from './types/primitives.js'
import type { Ty } from './types/ty.js'
import { multiAddress, multiSignature } from './types/well-known.js'

// A digest of 64 bits, which is not a 256-bit digest cut short: blake2b mixes the length in.
const apiId = (name: string): string => Binary.toHex(blake2b(new TextEncoder().encode(name), { dkLen: 8 }))

const versionOf = (apis: readonly RuntimeApi[]): RuntimeVersion => ({
  specName: 'node-subtensor',
  implName: 'node-subtensor',
  authoringVersion: 1,
  specVersion: 424,
  implVersion: 1,
  transactionVersion: 1,
  stateVersion: 1,
  apis: apis.map(({ name, version }) => [apiId(name), version] as const),
})

/**
 * Puts the modelled runtime together: subtensor's spec 424.
 *
 * Everything it declares is what mainnet's metadata at that version says; what is not declared is not modelled.
 * `initCrypto()` of `@tensorkit/core/crypto` must have been awaited before signed extrinsics are validated.
 */
export function createRuntime(options: Partial<RuntimeOptions> = {}): Runtime {
  const outer = outerReferences()
  const { extrinsic, extra } = extrinsicType(outer)
  const settings: RuntimeOptions = { allowLoopback: true, slotMs: 12_000, genesis: localGenesis, ...options }
  const mainnetApis: readonly RuntimeApi[] = [
    ...nodeApis({
      version: () => version,
      metadata: (wanted) => metadata(wanted),
      extrinsic,
      call: outer.call,
      executive: () => executive,
    }),
    ...blockApis({ extrinsic, executive: () => executive }),
    ...consensusApis(settings.slotMs),
    ...undeclaredApis,
    proxyFilterApi(() => pallets),
    delegateInfoApi,
    neuronInfoApi,
    subnetInfoApi,
    stakeInfoApi,
    subnetRegistrationApi,
    swapApi,
  ]
  const apis = [...mainnetApis, ...newerApis]
  const version = versionOf(mainnetApis)
  let madeKey: ShieldKey | undefined
  const shieldKey = (): ShieldKey => {
    madeKey ??= devShieldKey()
    return madeKey
  }
  const pallets = allPallets(outer, version, { slotMs: settings.slotMs, shieldKey })
  const types = outerTypes(pallets)
  outer.resolve(types)
  const events = systemStorage(outer).Events
  const executive = new Executive({
    pallets: new Map(pallets.map((pallet) => [pallet.name, pallet])),
    call: types.call,
    events,
    version,
    options: settings,
  })
  const methods: ReadonlyMap<string, AnyApiMethod> = new Map(
    apis.flatMap((api) => Object.entries(api.methods).map(([name, method]) => [`${api.name}_${name}`, method] as const)),
  )

  // Metadata is made when it is first asked for: it costs more than everything else at start.
  const made = new Map<MetadataVersion, Uint8Array>()
  const metadata = (wanted: MetadataVersion): Uint8Array => {
    const extensions = Object.entries(extensionTypes).map(([identifier, ty]) => ({ identifier, ...ty }))
    const extrinsicTypes = { extrinsic, address: multiAddress, signature: multiSignature, extra, extensions }
    const source = { pallets, apis, outer: types, extrinsic: extrinsicTypes, associatedTypes: associatedTypes(outer, extrinsic) }
    const bytes = made.get(wanted) ?? buildMetadata(source, runtimeType, wanted)
    made.set(wanted, bytes)
    return bytes
  }

  return {
    version,
    metadata,
    genesis: (storage) => {
      // The chain keeps no events of block 0.
      const context = { ...executive.context(storage, genesisBlock), emit: () => {} }
      for (const pallet of pallets) pallet.genesis?.(context)
      // Where a chain has its wasm. Clients tell runtimes apart by its hash, and chains by that of block 0.
      storage.set(codeKey, Binary.fromHex(fingerprint(pallets, apis, version.specVersion)))
    },
    initializeBlock: (storage, block) => {
      startBlock(storage, block, events.key())
      const context = executive.context(storage, block)
      for (const pallet of pallets) pallet.onInitialize?.(context)
      startExtrinsics(storage)
    },
    inherents: ({ timestampMs }) => [timestampInherent(types.call, timestampMs)],
    validateTransaction: (storage, bytes, block) => executive.validate(storage, bytes, block),
    applyExtrinsic: (storage, bytes, block) => executive.apply(storage, bytes, block),
    unshield: (extrinsic) => {
      // A carrier is longer than the key's own ciphertext: most extrinsics need not be decoded for this.
      const call = extrinsic.length > SEALED_SECRET_BYTES ? decodeExtrinsic(types.call, extrinsic)?.call : undefined
      const ciphertext = call && shieldedPart(call)
      return ciphertext && openShielded(ciphertext, shieldKey())
    },
    finalizeBlock: (storage, block) => {
      finishExtrinsics(storage)
      const context = executive.context(storage, block)
      for (const pallet of pallets) pallet.onFinalize?.(context)
      finishBlock(storage)
    },
    call: (storage, name: string, args, block) => {
      const method = methods.get(name)
      if (!method) throw new TensorKitError('LOCALNET_NOT_MODELLED', `The runtime API ${name.slice(0, 80)} is not modelled`)
      // As on the chain, the block that a method sees is the one that the state is of.
      return callMethod({ db: storage, block: { ...block, number: system.Number.get(storage) }, options: settings }, method, args)
    },
  }
}

/** `:code`. */
const codeKey = '0x3a636f6465'

const genesisBlock: BlockContext = { number: 0, timestampMs: 0, genesisHash: new Uint8Array(32), blockHash: () => undefined }

/** Runs a runtime API on a scratch layer: whatever it writes is gone afterwards. */
function callMethod(context: ReadContext, method: AnyApiMethod, args: Uint8Array): Uint8Array {
  const input = decodeExactly(struct('', method.args as Fields), args)
  return (method.result as Ty<unknown>).codec.enc(method.run(context, input))
}

function timestampInherent(call: Ty<RuntimeCall>, timestampMs: number): Uint8Array {
  const encoded = call.codec.enc({ type: 'Timestamp', value: { type: 'set', value: { now: BigInt(timestampMs) } } })
  const extrinsic = new Uint8Array(encoded.length + 1)
  extrinsic[0] = 4 // version 4, not signed
  extrinsic.set(encoded, 1)
  return bytes.codec.enc(extrinsic)
}
