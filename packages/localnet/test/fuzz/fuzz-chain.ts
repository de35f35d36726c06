import { blake2b256, type LocalSigner, signerFromUri } from '@tensorkit/core/crypto'
import { compact } from 'scale-ts'
import { allPallets } from '../../src/runtime/all-pallets.js'
import { createRuntime } from '../../src/runtime/create-runtime.js'
import { outerReferences, outerTypes } from '../../src/runtime/framework/outer-types.js'
import type { Pallet } from '../../src/runtime/framework/pallet.js'
import { balances } from '../../src/runtime/pallets/balances/accounts.js'
import { system, systemStorage } from '../../src/runtime/pallets/system/storage.js'
import type { BlockContext, Runtime } from '../../src/runtime/runtime.js'
import { toHex } from '../../src/state/hex.js'
import { MapStorage } from '../runtime/map-storage.js'

/** A Storage that tells what changed since it was last asked. */
class TracedStorage extends MapStorage {
  #before = new Map<string, Uint8Array | undefined>()

  override set(key: string, value: Uint8Array): void {
    if (!this.#before.has(key)) this.#before.set(key, this.entries.get(key))
    super.set(key, value)
  }

  override delete(key: string): void {
    if (!this.#before.has(key)) this.#before.set(key, this.entries.get(key))
    super.delete(key)
  }

  /** Keys whose values differ from what they were at the last call, with that. */
  changes(): Map<string, Uint8Array | undefined> {
    const changed = [...this.#before].filter(([key, before]) => !Buffer.from(before ?? []).equals(this.entries.get(key) ?? Buffer.alloc(0)))
    this.#before = new Map()
    return new Map(changed)
  }
}

/** What became of one extrinsic. */
export interface Tried {
  /** What the pool says: `ok`, or why not. */
  readonly pool: string
  /** What the block says: `ok`, why it is invalid, or the dispatch error. */
  readonly block: string
  readonly changes: ReadonlyMap<string, Uint8Array | undefined>
}

/** A chain whose every extrinsic is looked at. */
export class FuzzChain {
  readonly storage = new TracedStorage()
  readonly runtime: Runtime
  readonly pallets: readonly Pallet[]
  readonly coldkeys: readonly LocalSigner[]
  readonly hotkeys: readonly LocalSigner[]
  readonly #events: ReturnType<typeof systemStorage>['Events']
  readonly #genesisHash = new Uint8Array(32).fill(7)
  #number = 0
  #forced = false

  private constructor(runtime: Runtime, coldkeys: readonly LocalSigner[], hotkeys: readonly LocalSigner[]) {
    this.runtime = runtime
    this.coldkeys = coldkeys
    this.hotkeys = hotkeys
    const outer = outerReferences()
    const noKey = (): never => {
      throw new RangeError('nothing is sealed here')
    }
    this.pallets = allPallets(outer, runtime.version, { slotMs: 12_000, shieldKey: noKey })
    outer.resolve(outerTypes(this.pallets))
    this.#events = systemStorage(outer).Events
    runtime.genesis(this.storage)
    this.storage.changes()
  }

  static async create(): Promise<FuzzChain> {
    const make = (prefix: string, count: number) =>
      Promise.all(Array.from({ length: count }, (_, index) => signerFromUri(`//${prefix}//${index}`)))
    const [coldkeys, hotkeys] = await Promise.all([make('Cold', 4), make('Hot', 8)])
    const rich = coldkeys.map(({ publicKey }) => [toHex(publicKey), 100_000_000_000_000n] as const)
    const poor = hotkeys.map(({ publicKey }) => [toHex(publicKey), 10_000_000_000n] as const)
    const sudo = toHex((coldkeys[0] as LocalSigner).publicKey)
    const runtime = createRuntime({ genesis: { balances: [...rich, ...poor], sudo } })
    return new FuzzChain(runtime, coldkeys, hotkeys)
  }

  /** Keeps the chain as it is. @returns A function that brings it back. */
  snapshot(): () => void {
    const [number, forced] = [this.#number, this.#forced]
    const entries = [...this.storage.entries]
    return () => {
      this.#number = number
      this.#forced = forced
      this.storage.entries.clear()
      for (const [key, value] of entries) this.storage.entries.set(key, value)
      this.storage.changes()
    }
  }

  /** The last block. */
  get number(): number {
    return this.#number
  }

  nonce(signer: LocalSigner): number {
    return system.Account.get(this.storage, toHex(signer.publicKey)).nonce
  }

  sign(signer: LocalSigner, call: Uint8Array, { nonce = this.nonce(signer), tip = 0 } = {}): Uint8Array {
    const extra = Buffer.concat([Buffer.of(0), compact.enc(nonce), compact.enc(tip), Buffer.of(0)])
    const { specVersion, transactionVersion } = this.runtime.version
    const versions = Buffer.from(Uint32Array.of(specVersion, transactionVersion).buffer)
    const payload = Buffer.concat([call, extra, versions, this.#genesisHash, this.#genesisHash, Buffer.of(0)])
    const signature = signer.sign(payload.length > 256 ? blake2b256(payload) : payload)
    const body = Buffer.concat([Buffer.of(0x84, 0), signer.publicKey, Buffer.of(1), signature, extra, call])
    return Uint8Array.from(Buffer.concat([compact.enc(body.length), body]))
  }

  /** Makes a block; every extrinsic is asked for in the pool before it is applied. */
  block(extrinsics: readonly (() => Uint8Array)[] = []): Tried[] {
    const context = this.#context(this.#number + 1)
    this.runtime.initializeBlock(this.storage, context)
    for (const inherent of this.runtime.inherents(context)) this.runtime.applyExtrinsic(this.storage, inherent, context)
    const tried = extrinsics.map((make) => this.#try(make(), context))
    this.runtime.finalizeBlock(this.storage, context)
    this.#number += 1
    return tried
  }

  /** What all accounts hold together, and what the chain says they do, in rao; undefined where root has said otherwise. */
  supply(): { readonly held: bigint; readonly issued: bigint } | undefined {
    if (this.#forced) return undefined
    const held = system.Account.keys(this.storage).reduce((sum, [who]) => {
      const { data } = system.Account.get(this.storage, who)
      return sum + data.free + data.reserved
    }, 0n)
    return { held, issued: balances.TotalIssuance.get(this.storage) }
  }

  #try(extrinsic: Uint8Array, context: BlockContext): Tried {
    this.storage.changes()
    // The pool judges as of the block to come; here that block has begun.
    const validity = this.runtime.validateTransaction(this.storage, extrinsic, context)
    const before = system.EventCount.get(this.storage)
    if (this.storage.changes().size > 0) throw new Error('the pool changed the state')
    const applied = this.runtime.applyExtrinsic(this.storage, extrinsic, context)
    const pool = validity.ok ? 'ok' : validity.error.kind
    const block = applied.ok ? this.#outcome(before) : `invalid ${applied.error.kind}`
    return { pool, block, changes: this.storage.changes() }
  }

  #outcome(from: number): string {
    const events = this.#events
      .get(this.storage)
      .slice(from)
      .map(({ event }) => event)
    this.#forced ||= events.some(({ type, value }) => type === 'Balances' && value.type === 'TotalIssuanceForced')
    const of = (pallet: string, name: string) => events.find(({ type, value }) => type === pallet && value.type === name)?.value.value
    const failed = of('System', 'ExtrinsicFailed') as { dispatch_error: { type: string } } | undefined
    if (failed) return `failed ${failed.dispatch_error.type}`
    const sudid = of('Sudo', 'Sudid') as { sudo_result: { type: 'Ok' | 'Err'; value?: { type: string } } } | undefined
    return sudid?.sudo_result.type === 'Err' ? `failed by sudo ${sudid.sudo_result.value?.type}` : 'ok'
  }

  #context(number: number): BlockContext {
    return {
      number,
      timestampMs: 1_800_000_000_000 + number * 12_000,
      genesisHash: this.#genesisHash,
      blockHash: (at) => (at < 0 || at >= number ? undefined : at === 0 ? this.#genesisHash : new Uint8Array(32).fill(at % 256)),
    }
  }
}
