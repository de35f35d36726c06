import type { SubmittableExtrinsicFunction } from '@polkadot/api/types'
import { Keyring } from '@polkadot/keyring'
import type { KeyringPair } from '@polkadot/keyring/types'
import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types'
import { createKeyDerived } from '@polkadot/util-crypto'
import { initCrypto } from '@tensorkit/core/crypto'
import { createRuntime } from '../../src/runtime/create-runtime.js'
import type { RuntimeOptions } from '../../src/runtime/framework/options.js'
import type { BlockContext, InvalidTransaction, Runtime, TransactionValidity } from '../../src/runtime/runtime.js'
import { MapStorage } from './map-storage.js'

/** An event as @polkadot decodes it. */
export interface SeenEvent {
  readonly name: string
  readonly data: unknown
  readonly phase: string
}

/** The data of the one event of a name; throws if there is none. */
export function eventData<T>(events: readonly SeenEvent[], name: string): T {
  const event = events.find((seen) => seen.name === name)
  if (!event) throw new Error(`no ${name} among ${events.map((seen) => seen.name).join()}`)
  return event.data as T
}

/** What became of one extrinsic. */
export interface Outcome {
  /** `ok`, the name of the dispatch error (`SubtensorModule.SubnetNotExists`), or the pool's reason (`Invalid.Payment`, `Custom(3)`). */
  readonly result: string
  readonly events: readonly SeenEvent[]
}

export interface SignOptions {
  readonly nonce?: number
  readonly tip?: bigint
  readonly mortalPeriod?: number
  /** Overrides what is signed. */
  readonly genesisHash?: string
  readonly specVersion?: number
}

const reason = (error: InvalidTransaction): string => (error.kind === 'Custom' ? `Custom(${error.code})` : `Invalid.${error.kind}`)

interface KnownMetadata {
  readonly registry: TypeRegistry
  readonly metadata: Metadata
  readonly decorated: ReturnType<typeof expandMetadata>
}

// Read once for all chains of a test file: it is the same for all, and dearer than all else that a test does.
let known: KnownMetadata | undefined
// A pair from a URI costs as much as a block: each is derived once.
const pairs = new Map<string, KeyringPair>()

function readMetadata(runtime: Runtime): KnownMetadata {
  const registry = new TypeRegistry()
  const metadata = new Metadata(registry, `0x${Buffer.from(runtime.metadata(15)).toString('hex')}`)
  registry.setMetadata(metadata)
  return { registry, metadata, decorated: expandMetadata(registry, metadata) }
}

/** A chain of the runtime alone, driven by unmodified @polkadot types: what a node does, in one process and without waiting. */
export class TestChain {
  readonly storage = new MapStorage()
  readonly genesisHash = new Uint8Array(32).fill(0x47)
  readonly registry: TypeRegistry
  readonly keyring = new Keyring({ type: 'sr25519' })
  readonly metadata: Metadata
  readonly decorated: ReturnType<typeof expandMetadata>
  number = 0

  private constructor(readonly runtime: Runtime) {
    known ??= readMetadata(runtime)
    ;({ registry: this.registry, metadata: this.metadata, decorated: this.decorated } = known)
    runtime.genesis(this.storage)
  }

  static async create(options: Partial<RuntimeOptions> = {}): Promise<TestChain> {
    await initCrypto()
    return new TestChain(createRuntime(options))
  }

  pair(uri: string): KeyringPair {
    const pair = pairs.get(uri) ?? this.keyring.createFromUri(uri)
    pairs.set(uri, pair)
    return pair
  }

  /** The account of a URI as hex. */
  account(uri: string): string {
    return `0x${Buffer.from(this.pair(uri).publicKey).toString('hex')}`
  }

  /** Keeps the state as it is. @returns A function that brings it back. */
  snapshot(): () => void {
    const { number } = this
    const entries = [...this.storage.entries]
    return () => {
      this.number = number
      this.storage.entries.clear()
      for (const [key, value] of entries) this.storage.entries.set(key, value)
    }
  }

  /** The account that another one holds by index, as @polkadot derives it. */
  derivative(uri: string, index: number): Uint8Array {
    return createKeyDerived(this.pair(uri).publicKey, index)
  }

  hash(number: number): Uint8Array | undefined {
    if (number < 0 || number > this.number) return undefined
    return number === 0 ? this.genesisHash : new Uint8Array(32).fill(number % 256)
  }

  context(number = this.number): BlockContext {
    return { number, timestampMs: 1_800_000_000_000 + number * 12_000, genesisHash: this.genesisHash, blockHash: (at) => this.hash(at) }
  }

  /** The call of a pallet by @polkadot's names, encoded by @polkadot. */
  call(section: string, method: string, ...args: unknown[]): Uint8Array {
    const make = (this.decorated.tx as unknown as Record<string, Record<string, SubmittableExtrinsicFunction<'promise'>>>)[section]?.[
      method
    ]
    if (!make) throw new Error(`no call ${section}.${method}`)
    return make(...args).toU8a()
  }

  sign(uri: string, call: Uint8Array, { nonce, tip = 0n, mortalPeriod, genesisHash, specVersion }: SignOptions = {}): Uint8Array {
    const pair = this.pair(uri)
    const genesis = genesisHash ?? `0x${Buffer.from(this.genesisHash).toString('hex')}`
    const extrinsic = this.registry.createType('Extrinsic', { method: this.registry.createType('Call', call) }, { version: 4 })
    const era = this.registry.createType('ExtrinsicEra', mortalPeriod ? { current: this.number, period: mortalPeriod } : '0x00')
    const birth = mortalPeriod ? this.hash(this.number) : undefined
    extrinsic.sign(pair, {
      blockHash: birth ?? genesis,
      era,
      genesisHash: genesis,
      nonce: nonce ?? this.nonce(uri),
      runtimeVersion: {
        specVersion: specVersion ?? this.runtime.version.specVersion,
        transactionVersion: this.runtime.version.transactionVersion,
      } as never,
      tip,
    })
    return extrinsic.toU8a()
  }

  nonce(uri: string): number {
    const result = this.runtime.call(this.storage, 'AccountNonceApi_account_nonce', this.pair(uri).publicKey, this.context())
    return new DataView(result.buffer, result.byteOffset).getUint32(0, true)
  }

  validate(extrinsic: Uint8Array): TransactionValidity {
    return this.runtime.validateTransaction(this.storage, extrinsic, this.context())
  }

  /** Makes a block of the given extrinsics; what each one came to. */
  block(...extrinsics: Uint8Array[]): Outcome[] {
    const context = this.context(this.number + 1)
    this.runtime.initializeBlock(this.storage, context)
    const results = [...this.runtime.inherents(context), ...extrinsics].map((extrinsic) =>
      this.runtime.applyExtrinsic(this.storage, extrinsic, context),
    )
    this.runtime.finalizeBlock(this.storage, context)
    this.number += 1
    const events = this.events()
    let index = 0
    const outcomes = results.map((result): Outcome => {
      if (!result.ok) return { result: reason(result.error), events: [] }
      const own = events.filter(({ phase }) => phase === `${index}`)
      index += 1
      return { result: this.#dispatchResult(own), events: own }
    })
    return outcomes.slice(1)
  }

  blocks(count: number): void {
    for (let done = 0; done < count; done++) this.block()
  }

  /** Signs a call, puts it in a block of its own, and says what it came to: the pool is asked first. */
  submit(uri: string, section: string, method: string, ...args: unknown[]): Outcome {
    const extrinsic = this.sign(uri, this.call(section, method, ...args))
    const validity = this.validate(extrinsic)
    if (!validity.ok) return { result: reason(validity.error), events: [] }
    return this.block(extrinsic)[0] as Outcome
  }

  /** Events of the last block, as @polkadot decodes them. */
  events(): SeenEvent[] {
    const raw = this.storage.get('0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7')
    const records = this.registry.createType('Vec<EventRecord>', raw ?? '0x00') as unknown as Iterable<{
      event: { section: string; method: string; data: { toJSON(): unknown } }
      phase: { isApplyExtrinsic: boolean; asApplyExtrinsic: { toString(): string }; type: string }
    }>
    return [...records].map(({ event, phase }) => ({
      name: `${event.section}.${event.method}`,
      data: event.data.toJSON(),
      phase: phase.isApplyExtrinsic ? phase.asApplyExtrinsic.toString() : phase.type,
    }))
  }

  /** A storage value as @polkadot reads it: its own key, its own decoding. */
  query(section: string, method: string, ...args: unknown[]): unknown {
    type Entry = ((...args: unknown[]) => Uint8Array) & {
      meta: { type: { isMap: boolean }; modifier: { isOptional: boolean }; fallback: Uint8Array }
    }
    const entry = (this.decorated.query as unknown as Record<string, Record<string, Entry>>)[section]?.[method]
    if (!entry) throw new Error(`no storage ${section}.${method}`)
    const key = this.registry.createType('StorageKey', [entry, args] as never)
    const raw = this.storage.get(key.toHex())
    const value = this.registry.createType(key.outputType as 'u8', raw ?? (entry.meta.modifier.isOptional ? null : entry.meta.fallback))
    return raw === undefined && entry.meta.modifier.isOptional ? null : value.toJSON()
  }

  #dispatchResult(events: readonly SeenEvent[]): string {
    const failed = events.find(({ name }) => name === 'system.ExtrinsicFailed')
    if (!failed) return events.some(({ name }) => name === 'system.ExtrinsicSuccess') ? 'ok' : 'nothing'
    const [error] = failed.data as [{ module?: { index: number; error: string } }]
    return error.module ? this.moduleError(error.module) : JSON.stringify(error)
  }

  /** `Pallet.Name` of a module error. */
  moduleError({ index, error }: { index: number; error: string }): string {
    const code = Number.parseInt(error.slice(2, 4), 16)
    const meta = this.registry.findMetaError(Uint8Array.of(index, code))
    return `${meta.section}.${meta.name}`
  }
}
