import type { Signer, TensorKitError } from '@tensorkit/core'

/**
 * A decoded chain value without any library's classes: integers up to 32 bits are numbers, wider ones bigints; byte
 * strings and hashes are `Uint8Array`; accounts are SS58 with prefix 42; structs are objects with camelCase keys;
 * an absent option is `undefined`; an enum with data is `{ type, value }`, one without is its name.
 */
export type ChainValue =
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly ChainValue[]
  | { readonly [field: string]: ChainValue }

/** A call of a pallet, by the chain's own names: `{ pallet: 'SubtensorModule', name: 'set_weights', args: { netuid: 2, ... } }`. */
export interface ChainCall {
  readonly pallet: string
  readonly name: string
  /** By the names in the metadata (snake_case). A nested call is a {@link ChainCall}. */
  readonly args: { readonly [arg: string]: ChainValue | ChainCall }
}

/** One read of storage: `{ pallet: 'SubtensorModule', item: 'Burn', keys: [2] }`. */
export interface StorageRead {
  readonly pallet: string
  readonly item: string
  readonly keys?: readonly ChainValue[]
}

/** One entry of a storage map. */
export interface StorageEntry {
  /** All its keys, in order. */
  readonly keys: readonly ChainValue[]
  readonly value: ChainValue
}

/** An event of a block. */
export interface ChainEvent {
  readonly pallet: string
  readonly name: string
  /** In the order of the metadata. */
  readonly data: readonly ChainValue[]
  /** Which extrinsic caused it; undefined for the block's own steps. */
  readonly extrinsicIndex: number | undefined
}

/** A dispatch error as the runtime names it. */
export interface DispatchFailure {
  /** The pallet, or the kind for errors that are no pallet's (`Token`, `Arithmetic`, `BadOrigin`). */
  readonly pallet: string
  readonly name: string
}

/** A block by number and hash. */
export interface BlockRef {
  readonly number: number
  /** With 0x. */
  readonly hash: string
}

/** A block with what it holds. */
export interface Block extends BlockRef {
  /** With 0x. */
  readonly parentHash: string
  /** Hex with 0x, length prefix included. */
  readonly extrinsics: readonly string[]
}

/** How long a call may wait. */
export interface WaitOptions {
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined
  /** How long to wait at most, in ms. @defaultValue the connection's timeoutMs */
  readonly timeoutMs?: number | undefined
}

/** How much of a map may be read, and how long it may take. */
export interface MapReadOptions extends WaitOptions {
  /** With more entries the read fails, before the values of those beyond are asked for. */
  readonly maxEntries: number
}

/** What the metadata says of an error of a pallet. */
export interface DeclaredError {
  readonly pallet: string
  readonly index: number
  readonly name: string
}

/** What time it is at the node. */
export interface NodeTime {
  /** Unix time in ms, when it was read. */
  readonly unixMs: number
  /** How far off that may be, either way. */
  readonly uncertaintyMs: number
}

/** A signed extrinsic, ready to submit. */
export interface SignedExtrinsic {
  /** The bytes in hex with 0x, length prefix included. */
  readonly hex: string
  /** blake2-256 of the bytes, in hex with 0x. */
  readonly hash: string
  /** The last block in which it is valid. */
  readonly validUntil: number
}

/**
 * All that TensorKit needs of a chain library. One folder implements it, so that another library can take its place.
 *
 * Every method that talks to the node throws CHAIN_DISCONNECTED, CHAIN_TIMEOUT, CORE_ABORTED or CORE_CLOSED.
 */
export interface ChainBackend {
  /** The endpoint without credentials, path or query. */
  readonly endpoint: string
  /** 64 lower-case hex digits without 0x. */
  readonly genesisHash: string
  readonly specName: string
  /** The runtime's version now; changes with a runtime upgrade. */
  readonly specVersion: number
  head(finality: 'best' | 'finalized', wait?: WaitOptions): Promise<BlockRef>
  /** Undefined if there is no such block. */
  blockHash(block: number, wait?: WaitOptions): Promise<string | undefined>
  /** Reads several items of one block's storage in one round trip. @param at - A block's hash. */
  storage(reads: readonly StorageRead[], at: string, wait?: WaitOptions): Promise<ChainValue[]>
  /**
   * Reads a map's entries under a prefix of its keys (`read.keys`, fewer than the map has), in the order of their hashes.
   *
   * @param at - A block's hash.
   * @throws CHAIN_INCOMPATIBLE if there is no such map, or it has more than `maxEntries`.
   */
  storageMap(read: StorageRead, at: string, options: MapReadOptions): Promise<readonly StorageEntry[]>
  /** Calls a runtime API and decodes its result by the metadata of that block. */
  runtimeCall(api: string, method: string, args: readonly ChainValue[], at: string, wait?: WaitOptions): Promise<ChainValue>
  /** Calls a runtime API; its result is SCALE bytes. */
  runtimeCallRaw(api: string, method: string, args: readonly ChainValue[], at: string, wait?: WaitOptions): Promise<Uint8Array>
  /** Whether the runtime declares a method of a runtime API. */
  hasRuntimeCall(api: string, method: string): boolean
  /** @throws CHAIN_NOT_FOUND if the node does not know the block. */
  block(hash: string, wait?: WaitOptions): Promise<Block>
  events(hash: string, wait?: WaitOptions): Promise<readonly ChainEvent[]>
  /** The next nonce of an account, what waits in the pool included. */
  nextNonce(address: string, wait?: WaitOptions): Promise<number>
  sign(
    call: ChainCall,
    signer: Signer,
    options: { readonly nonce: number; readonly periodBlocks: number } & WaitOptions,
  ): Promise<SignedExtrinsic>
  /** Gives an extrinsic to the pool. @throws {@link RpcError} when the pool refuses it. */
  submit(hex: string, wait?: WaitOptions): Promise<void>
  /** Calls back on each new head until the returned function is called; survives reconnects. */
  onHead(finality: 'best' | 'finalized', listener: (head: BlockRef) => void, wait?: WaitOptions): Promise<() => void>
  /** The node's wall clock; undefined if it does not tell. Never throws. */
  nodeTime(wait?: WaitOptions): Promise<NodeTime | undefined>
  /** Names a dispatch error, given as a decoded `DispatchError`. */
  dispatchFailure(error: ChainValue): DispatchFailure
  /** All errors that the metadata declares. */
  declaredErrors(): readonly DeclaredError[]
  /** Calls back once when the connection is closed for good, at once if it is. @returns A function that forgets the listener. */
  onClosed(listener: (reason: TensorKitError) => void): () => void
  close(): Promise<void>
}
