import { ApiPromise } from '@polkadot/api'
import type { SubmittableExtrinsic } from '@polkadot/api/types'
import type { StorageKey, Vec } from '@polkadot/types'
import type { EventRecord, Header } from '@polkadot/types/interfaces'
import type { Codec } from '@polkadot/types/types'
import { TensorKitError } from '@tensorkit/core'
import type {
  BlockRef,
  ChainCall,
  ChainEvent,
  ChainValue,
  DeclaredError,
  DispatchFailure,
  StorageEntry,
  StorageRead,
} from '../chain-backend.js'
import { apiProvider } from './api-provider.js'
import { fromPlain, toPlain } from './plain.js'

/** Subtensor's own transaction extensions: they add no bytes to an extrinsic. Source: facts of node-subtensor 424, metadata. */
const SUBTENSOR_EXTENSIONS = [
  'SudoTransactionExtension',
  'CheckShieldedTxValidity',
  'SubtensorTransactionExtension',
  'DrandPriority',
] as const
const NO_BYTES = Object.fromEntries(SUBTENSOR_EXTENSIONS.map((name) => [name, { extrinsic: {}, payload: {} }]))

/** The version of a runtime, as far as signing and decoding need it. */
export interface RuntimeVersion {
  readonly specName: string
  readonly specVersion: number
  /** As the node gave it. */
  readonly json: unknown
}

/** What a {@link Runtime} is made of. */
export interface RuntimeSource {
  /** V15 or later, in hex with 0x. */
  readonly metadata: string
  readonly version: RuntimeVersion
  /** The answers of the node that are the same for all runtimes, by method. */
  readonly chain: {
    readonly genesisHash: string
    readonly system_chain: unknown
    readonly system_properties: unknown
    readonly rpc_methods: unknown
  }
}

interface RuntimeMethod {
  readonly inputs: readonly string[]
  readonly output: string
}

/** A key of storage and the decoder of its value. */
export interface StorageAccess {
  /** In hex with 0x. */
  readonly key: string
  /** The value's type. */
  readonly type: string
  /** @param value - In hex with 0x; null where the chain stores nothing: then the default applies. */
  decode(value: string | null): ChainValue
}

/** A prefix of a map's storage and the decoder of the entries under it. */
export interface StorageMapAccess {
  /** In hex with 0x. */
  readonly prefix: string
  /** @param key - The whole key, @param value - both in hex with 0x. */
  entry(key: string, value: string): StorageEntry
}

export type Hex = `0x${string}`

/** One version of the chain's runtime, as an ApiPromise knows it by its metadata. */
export class Runtime {
  readonly version: RuntimeVersion
  readonly api: ApiPromise
  readonly #methods = new Map<string, RuntimeMethod>()
  readonly #pallets = new Map<number, { readonly name: string; readonly errors: ReadonlyMap<number, string> }>()

  /** @throws CHAIN_INCOMPATIBLE if the metadata cannot be read. */
  static async load({ metadata, version, chain }: RuntimeSource): Promise<Runtime> {
    const { genesisHash, ...known } = chain
    const api = new ApiPromise({
      provider: apiProvider({ ...known, chain_getBlockHash: genesisHash, state_getRuntimeVersion: version.json }),
      metadata: { [`${genesisHash}-${version.specVersion}`]: metadata as Hex },
      signedExtensions: NO_BYTES,
      noInitWarn: true,
      throwOnConnect: true,
      // Keys and signatures are the signer's.
      initWasm: false,
    })
    try {
      await api.isReadyOrError
    } catch (cause) {
      const { specName, specVersion } = version
      throw new TensorKitError('CHAIN_INCOMPATIBLE', 'The metadata of the chain cannot be read', {
        facts: { specName, specVersion },
        cause,
      })
    }
    return new Runtime(api, version)
  }

  private constructor(api: ApiPromise, version: RuntimeVersion) {
    this.version = version
    this.api = api
    const { lookup } = api.registry
    const { asLatest } = api.runtimeMetadata
    for (const { name, methods } of asLatest.apis) {
      for (const method of methods) {
        this.#methods.set(`${name.toString()}_${method.name.toString()}`, {
          inputs: method.inputs.map((input) => api.registry.createLookupType(input.type)),
          output: api.registry.createLookupType(method.output),
        })
      }
    }
    for (const pallet of asLatest.pallets) {
      const variants = pallet.errors.isSome ? lookup.getSiType(pallet.errors.unwrap().type).def.asVariant.variants : []
      this.#pallets.set(pallet.index.toNumber(), {
        name: pallet.name.toString(),
        errors: new Map(variants.map((variant) => [variant.index.toNumber(), variant.name.toString()])),
      })
    }
  }

  /** @throws CHAIN_INCOMPATIBLE if there is no such item. */
  storage(read: StorageRead): StorageAccess {
    const entry = this.api.query[camel(read.pallet)]?.[camel(read.item)]?.creator
    if (!entry) throw this.#lacks(`storage item ${read.pallet}.${read.item}`)
    const key = this.api.registry.createType('StorageKey', [entry, (read.keys ?? []).map(fromPlain)])
    const optional = entry.meta.modifier.isOptional
    return {
      key: key.toHex(),
      type: key.outputType,
      decode: (value) => {
        if (value === null && optional) return undefined
        const bytes = value ?? entry.meta.fallback.toHex()
        return toPlain(this.decode(key.outputType, hexToBytes(bytes)))
      },
    }
  }

  /** @throws CHAIN_INCOMPATIBLE if there is no such map. */
  storageMap(read: StorageRead): StorageMapAccess {
    const entry = this.api.query[camel(read.pallet)]?.[camel(read.item)]?.creator
    if (!entry?.iterKey) throw this.#lacks(`storage map ${read.pallet}.${read.item}`)
    return {
      prefix: entry.iterKey(...(read.keys ?? []).map(fromPlain)).toHex(),
      entry: (hex, value) => {
        const key = this.#decoded('StorageKey', () => {
          // As hex: given bytes, the library would read a length prefix from them.
          const bare = this.api.registry.createType<StorageKey>('StorageKey', hex)
          return bare.setMeta(entry.meta, entry.section, entry.method)
        })
        // A key of its own has no type of a value: the library gives that to keys that it made itself.
        const { asMap } = entry.meta.type
        const type = this.api.registry.createLookupType(asMap.value)
        return { keys: key.args.map((arg) => toPlain(arg)), value: toPlain(this.decode(type, hexToBytes(value))) }
      },
    }
  }

  hasMethod(api: string, method: string): boolean {
    return this.#methods.has(`${api}_${method}`)
  }

  /** Encodes the arguments of a runtime API call. @throws CHAIN_INCOMPATIBLE if there is no such call. */
  encodeArguments(api: string, method: string, args: readonly ChainValue[]): string {
    const { inputs } = this.#method(api, method)
    if (inputs.length !== args.length) throw this.#lacks(`${api}.${method} with ${args.length} arguments`)
    return bytesToHex(Buffer.concat(inputs.map((type, i) => this.api.registry.createTypeUnsafe(type, [fromPlain(args[i])]).toU8a())))
  }

  /** Decodes the result of a runtime API call. */
  decodeResult(api: string, method: string, bytes: Uint8Array): ChainValue {
    return toPlain(this.decode(this.#method(api, method).output, bytes))
  }

  /** Builds a call. @throws CHAIN_INCOMPATIBLE if the runtime has no such call or argument. */
  call(call: ChainCall): SubmittableExtrinsic<'promise'> {
    const build = this.api.tx[camel(call.pallet)]?.[camel(call.name)]
    if (!build) throw this.#lacks(`call ${call.pallet}.${call.name}`)
    const names = build.meta.fields.map((field) => field.name.unwrapOr('').toString())
    const unknown = Object.keys(call.args).filter((name) => !names.includes(name))
    const missing = names.filter((name) => !(name in call.args))
    if (unknown.length + missing.length > 0) throw this.#lacks(`call ${call.pallet}.${call.name}(${Object.keys(call.args).join(', ')})`)
    return build(...names.map((name) => this.#argument(call.args[name])))
  }

  /** @throws CHAIN_INCOMPATIBLE if an extension is unknown: what it would add to the signature is unknown too. */
  checkExtensions(): void {
    const known = new Set<string>([...SUBTENSOR_EXTENSIONS, ...STANDARD_EXTENSIONS])
    const unknown = this.api.registry.signedExtensions.filter((name) => !known.has(name))
    if (unknown.length > 0) throw this.#lacks(`only known transaction extensions, but has ${unknown.join(', ')}`)
  }

  /** Decodes SCALE bytes of a type of this runtime. @throws CHAIN_INCOMPATIBLE if they do not fit. */
  decode(type: string, bytes: Uint8Array): Codec {
    return this.#decoded(type, () => this.api.registry.createTypeUnsafe(type, [bytes]))
  }

  #decoded<T>(type: string, decode: () => T): T {
    try {
      return decode()
    } catch (cause) {
      throw new TensorKitError('CHAIN_INCOMPATIBLE', 'A value of the chain does not decode by its own metadata', {
        facts: { type, ...this.#facts() },
        cause,
      })
    }
  }

  /** Decodes the records of `System.Events`. */
  events(value: string | null): ChainEvent[] {
    if (value === null) return []
    const type = this.storage({ pallet: 'System', item: 'Events' }).type
    const records = this.decode(type, hexToBytes(value)) as Vec<EventRecord>
    return records.map(({ phase, event }) => ({
      pallet: this.#pallets.get(event.index[0] ?? 0)?.name ?? `Pallet${event.index[0] ?? 0}`,
      name: event.method,
      data: event.data.map((item) => toPlain(item)),
      extrinsicIndex: phase.isApplyExtrinsic ? phase.asApplyExtrinsic.toNumber() : undefined,
    }))
  }

  /** A header as JSON-RPC gives it, by number and hash. */
  header(value: unknown): BlockRef {
    const header = this.api.registry.createType<Header>('Header', value)
    return { number: header.number.toNumber(), hash: header.hash.toHex() }
  }

  dispatchFailure(error: ChainValue): DispatchFailure {
    if (typeof error === 'string') return { pallet: 'Runtime', name: error }
    const { type, value } = error as { type: string; value: ChainValue }
    if (type !== 'Module') return { pallet: type, name: typeof value === 'string' ? value : 'Unknown' }
    const { index, error: code } = value as { index: number; error: Uint8Array }
    const pallet = this.#pallets.get(index)
    return { pallet: pallet?.name ?? `Pallet${index}`, name: pallet?.errors.get(code[0] ?? 0) ?? `Error${code[0] ?? 0}` }
  }

  declaredErrors(): readonly DeclaredError[] {
    return [...this.#pallets.values()].flatMap(({ name: pallet, errors }) => [...errors].map(([index, name]) => ({ pallet, index, name })))
  }

  #argument(value: ChainValue | ChainCall): unknown {
    return isCall(value) ? this.call(value).method : fromPlain(value)
  }

  #method(api: string, method: string): RuntimeMethod {
    const found = this.#methods.get(`${api}_${method}`)
    if (!found) throw this.#lacks(`runtime API ${api}.${method}`)
    return found
  }

  #lacks(what: string): TensorKitError {
    return new TensorKitError('CHAIN_INCOMPATIBLE', `The runtime lacks ${what}`, { facts: this.#facts() })
  }

  #facts(): Readonly<Record<string, string | number>> {
    return { specName: this.version.specName, specVersion: this.version.specVersion }
  }
}

/** The extensions of Substrate that @polkadot/types encodes. */
const STANDARD_EXTENSIONS = [
  'CheckNonZeroSender',
  'CheckSpecVersion',
  'CheckTxVersion',
  'CheckGenesis',
  'CheckMortality',
  'CheckNonce',
  'CheckWeight',
  'ChargeTransactionPayment',
  'CheckMetadataHash',
] as const

function isCall(value: ChainValue | ChainCall): value is ChainCall {
  return typeof value === 'object' && value !== null && 'pallet' in value && 'args' in value
}

/** `SubtensorModule` to `subtensorModule`, `set_weights` to `setWeights`: the library's own names. */
const camel = (name: string): string => {
  const joined = name.replace(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase())
  return joined.charAt(0).toLowerCase() + joined.slice(1)
}

/** @param hex - With 0x. */
export const hexToBytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.slice(2), 'hex'))

/** @returns Hex with 0x. */
export const bytesToHex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
