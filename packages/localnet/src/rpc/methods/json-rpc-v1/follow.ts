import { TensorKitError } from '@tensorkit/core'
import type { Block } from '../../../block/block.js'
import type { Chain } from '../../../block/chain.js'
import { toHex } from '../../../state/hex.js'
import type { Stream } from '../../method.js'
import { RpcError } from '../../rpc-error.js'
import { runtimeCall } from '../../state-access.js'
import { runtimeSpec } from './runtime-spec.js'
import { asksForTrie, type StorageQuery, type StorageResult, storageSteps } from './storage-query.js'

/** Blocks that one client may keep pinned, as Substrate's node; one more ends its subscription. */
const maxPinned = 512

/** Operations of one client at a time, as Substrate's node. */
const maxOperations = 16

/** Items of one storage query; the rest is reported as discarded. */
const maxItems = 1024

/** How many final blocks a new subscription is told of, so that one that starts over misses none. */
const initialBlocks = 16

/** Entries, and characters of hex, that are told before the client must ask for more. */
const page = { entries: 512, characters: 2 * 1024 * 1024 }

/** What an operation answers at once. */
export type Started = { readonly result: 'started'; readonly operationId: string } | { readonly result: 'limitReached' }

interface Operation {
  /** Of a look-up of storage: what has not been told yet. */
  rest?: readonly StorageQuery[]
  readonly block: Block
}

/**
 * One `chainHead_v1_follow`: the blocks that its client has pinned, and what it has asked about them. As every block is best and
 * final at once, a block's three events come together.
 *
 * Source: the JSON-RPC specification of paritytech, `chainHead_v1`.
 */
export class Follow {
  readonly #chain: Chain
  readonly #stream: Stream
  readonly #withRuntime: boolean
  readonly #pinned = new Map<string, Block>()
  readonly #operations = new Map<string, Operation>()
  #nextOperation = 0
  #stopped = false

  constructor({ chain, stream, withRuntime }: { readonly chain: Chain; readonly stream: Stream; readonly withRuntime: boolean }) {
    this.#chain = chain
    this.#stream = stream
    this.#withRuntime = withRuntime
  }

  /** Tells where the chain is, then of every block. @returns A function that stops it. */
  start(): () => void {
    const { head } = this.#chain
    const recent: Block[] = []
    for (let number = head.number; number >= 0 && recent.length < initialBlocks; number--) {
      const block = this.#chain.block(this.#chain.hashOf(number) ?? '')
      if (!block || !this.#chain.hasState(block)) break
      recent.unshift(block)
    }
    for (const block of recent) this.#pinned.set(block.hash, block)
    this.#tell({
      event: 'initialized',
      finalizedBlockHashes: recent.map(({ hash }) => hash),
      ...(this.#withRuntime && { finalizedBlockRuntime: { type: 'valid', spec: runtimeSpec(this.#chain.runtime.version) } }),
    })
    this.#tell({ event: 'bestBlockChanged', bestBlockHash: head.hash })
    const unlisten = this.#chain.onBlock((block) => this.#onBlock(block))
    return () => {
      this.#stopped = true
      this.#operations.clear()
      unlisten()
    }
  }

  /** A pinned block. @throws -32801 */
  block(hash: string): Block {
    const block = this.#pinned.get(hash)
    if (!block) throw new RpcError({ code: -32801, message: 'Invalid block hash' })
    return block
  }

  /** Lets blocks go, all or none. */
  unpin(hashes: readonly string[]): void {
    if (new Set(hashes).size !== hashes.length)
      throw new RpcError({ code: -32804, message: 'Received duplicate hashes for the `chainHead_unpin` method' })
    for (const hash of hashes) this.block(hash)
    for (const hash of hashes) this.#pinned.delete(hash)
  }

  /** Starts an operation that is done in one step. @param result - What its last event says. */
  once(block: Block, result: () => Record<string, unknown>): { readonly started: Started; readonly begin: () => void } {
    const operationId = this.#open({ block })
    if (operationId === undefined) return { started: { result: 'limitReached' }, begin: () => {} }
    return {
      started: { result: 'started', operationId },
      begin: () => {
        if (!this.#operations.delete(operationId)) return
        this.#finish(operationId, block, result)
      },
    }
  }

  /** Calls a runtime API. @throws -32802 if the client did not ask to be told of the runtime. */
  call(block: Block, method: string, args: Uint8Array): { readonly started: Started; readonly begin: () => void } {
    if (!this.#withRuntime)
      throw new RpcError({ code: -32802, message: 'The chainHead_follow subscription was started with `withRuntime` set to `false`' })
    return this.once(block, () => ({ event: 'operationCallDone', output: toHex(runtimeCall(this.#chain, block, method, args)) }))
  }

  /** Starts to look up storage. */
  storage(
    block: Block,
    queries: readonly StorageQuery[],
  ): { readonly started: Started & { discardedItems?: number }; readonly begin: () => void } {
    const taken = queries.slice(0, maxItems)
    const operationId = this.#open({ block, rest: taken })
    if (operationId === undefined) return { started: { result: 'limitReached' }, begin: () => {} }
    return {
      started: { result: 'started', operationId, discardedItems: queries.length - taken.length },
      begin: () => {
        if (!asksForTrie(taken)) return this.#tellStorage(operationId)
        this.#operations.delete(operationId)
        this.#tell({ event: 'operationError', operationId, error: 'Merkle values are not modelled by the localnet: its state has no trie' })
      },
    }
  }

  /** Goes on with an operation that waits. @throws -32803 if it does not. */
  continue(operationId: string): () => void {
    const operation = this.#operations.get(operationId)
    if (!operation) return () => {}
    if (!operation.rest) throw new RpcError({ code: -32803, message: 'Wait for continue event not generated' })
    return () => this.#tellStorage(operationId)
  }

  /** Forgets an operation. */
  stopOperation(operationId: string): void {
    this.#operations.delete(operationId)
  }

  #open(operation: Operation): string | undefined {
    if (this.#operations.size >= maxOperations) return undefined
    const operationId = `${this.#nextOperation++}`
    this.#operations.set(operationId, operation)
    return operationId
  }

  #finish(operationId: string, block: Block, result: () => Record<string, unknown>): void {
    if (!this.#chain.hasState(block)) {
      this.#tell({ event: 'operationInaccessible', operationId })
      return
    }
    try {
      this.#tell({ operationId, ...result() })
    } catch (error) {
      if (!(error instanceof RpcError) && !TensorKitError.isInstance(error)) throw error
      this.#tell({ event: 'operationError', operationId, error: error.message.slice(0, 500) })
    }
  }

  #tellStorage(operationId: string): void {
    const operation = this.#operations.get(operationId)
    if (!operation?.rest) return
    if (!this.#chain.hasState(operation.block)) {
      this.#operations.delete(operationId)
      this.#tell({ event: 'operationInaccessible', operationId })
      return
    }
    const items: StorageResult[] = []
    let characters = 0
    let rest: (() => StorageQuery[]) | undefined
    for (const step of storageSteps(this.#chain, operation.block, operation.rest)) {
      items.push(step.result)
      characters += step.result.key.length + (step.result.value?.length ?? 0)
      rest = step.rest
      if (items.length >= page.entries || characters >= page.characters) break
      rest = undefined
    }
    if (items.length > 0) this.#tell({ event: 'operationStorageItems', operationId, items })
    if (rest) {
      operation.rest = rest()
      this.#tell({ event: 'operationWaitingForContinue', operationId })
      return
    }
    this.#operations.delete(operationId)
    this.#tell({ event: 'operationStorageDone', operationId })
  }

  #onBlock(block: Block): void {
    // A pinned block whose state is gone could not be asked about: the client has to start over.
    const [oldest] = this.#pinned.values()
    if (this.#pinned.size >= maxPinned || (oldest && !this.#chain.hasState(oldest))) {
      this.#tell({ event: 'stop' })
      this.#stream.end()
      return
    }
    this.#pinned.set(block.hash, block)
    const parentBlockHash = toHex(block.header.parentHash)
    this.#tell({ event: 'newBlock', blockHash: block.hash, parentBlockHash, ...(this.#withRuntime && { newRuntime: null }) })
    this.#tell({ event: 'bestBlockChanged', bestBlockHash: block.hash })
    this.#tell({ event: 'finalized', finalizedBlockHashes: [block.hash], prunedBlockHashes: [] })
  }

  #tell(event: Record<string, unknown>): void {
    if (!this.#stopped) this.#stream.notify(event)
  }
}
