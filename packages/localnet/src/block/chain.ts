import type { PoolLimits } from '../pool/pool-limits.js'
import { TransactionPool } from '../pool/transaction-pool.js'
import type { BlockContext, Runtime, TransactionValidity } from '../runtime/runtime.js'
import { hexBytes, toHex } from '../state/hex.js'
import { Overlay } from '../state/overlay.js'
import { StateDb } from '../state/state-db.js'
import { authorBlock, blockFailed } from './author-block.js'
import type { Block } from './block.js'
import type { BlockTime } from './block-time.js'
import { extrinsicsRoot, hashHeader } from './header.js'

/** What a {@link Chain} is made of. */
export interface ChainOptions {
  readonly runtime: Runtime
  readonly time: BlockTime
  /** How many blocks' states and bodies are kept, the head included; unset keeps all. */
  readonly keepBlocks?: number
  readonly poolLimits?: Partial<PoolLimits>
}

/**
 * The chain: blocks, their states and the pool, in one process. It has one author and no peers, so there are no forks and a
 * block is final as soon as it is sealed: unlike on mainnet, where GRANDPA finalises some blocks behind the head.
 *
 * Everything is synchronous: between two calls the chain is always whole.
 */
export class Chain {
  readonly runtime: Runtime
  readonly pool: TransactionPool
  readonly genesis: Block
  readonly #db = new StateDb()
  readonly #blocks = new Map<number, Block>()
  readonly #hashes: string[] = []
  readonly #numbers = new Map<string, number>()
  readonly #listeners = new Set<(block: Block) => void>()
  readonly #options: ChainOptions
  #head: Block

  constructor(options: ChainOptions) {
    this.#options = options
    this.runtime = options.runtime
    const state = new Overlay({ get: () => undefined, walk: () => [] })
    this.runtime.genesis(state)
    this.genesis = this.#append(state, [], new Uint8Array(32), 0)
    this.#head = this.genesis
    this.pool = new TransactionPool({
      validate: (extrinsic) => this.#validate(extrinsic),
      head: () => this.#head.number,
      ...(options.poolLimits && { limits: options.poolLimits }),
    })
  }

  /** The last block, which is also the last final one. */
  get head(): Block {
    return this.#head
  }

  /** A block's hash in hex, also where the block itself is no longer kept. */
  hashOf(number: number): string | undefined {
    return this.#hashes[number]
  }

  /** A kept block. @param hash - In hex with 0x. */
  block(hash: string): Block | undefined {
    const number = this.#numbers.get(hash)
    return number === undefined ? undefined : this.#blocks.get(number)
  }

  /** Whether a block of this hash was ever sealed, kept or not. */
  knows(hash: string): boolean {
    return this.#numbers.has(hash)
  }

  /** The state after a kept block, to read or to try things on: writes go nowhere. */
  stateAt(block: Block): Overlay {
    return new Overlay(this.#db.at(block.number))
  }

  /** Whether the state after a block is still kept. */
  hasState(block: Block): boolean {
    return block.number >= this.#db.oldest
  }

  /** Storage keys after a kept block, in ascending order, lazily: those with the prefix that come after `after`. */
  keysAt(block: Block, prefix: string, after?: string): Iterable<string> {
    return this.#db.at(block.number).walk(prefix, after)
  }

  /** The storage keys that a kept block changed. */
  changedAt(block: Block): readonly string[] {
    return this.#db.changedAt(block.number)
  }

  /** Context for runtime calls on the state of a block. */
  contextAt(block: Block): BlockContext {
    // The block is sealed, so its own hash is known too: transactions may be signed for it.
    const context = this.#context(block.number, block.timestampMs)
    return { ...context, blockHash: (past) => (past === block.number ? hexBytes(block.hash) : context.blockHash(past)) }
  }

  /**
   * Authors, imports and finalises the next block, and tells the listeners.
   *
   * @throws LOCALNET_BLOCK_FAILED if the runtime fails; the chain is then as it was before, and the extrinsic that it failed at is gone.
   */
  seal(): Block {
    const number = this.#head.number + 1
    const timestampMs = this.#options.time.next(number, this.#head.timestampMs)
    const state = this.stateAt(this.#head)
    let extrinsics: readonly Uint8Array[]
    try {
      extrinsics = authorBlock({ runtime: this.runtime, pool: this.pool, state, context: this.#context(number, timestampMs) })
    } catch (error) {
      throw blockFailed('The runtime failed while it built a block', error, { block: number })
    }
    const block = this.#append(state, extrinsics, hexBytes(this.#head.hash), timestampMs)
    this.#head = block
    this.#prune()
    this.pool.onBlock(block.hash, block.extrinsics)
    for (const listener of [...this.#listeners]) listener(block)
    return block
  }

  /** Tells of every block once it is sealed. @returns A function that stops it. */
  onBlock(listener: (block: Block) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #append(state: Overlay, extrinsics: readonly Uint8Array[], parentHash: Uint8Array, timestampMs: number): Block {
    const { root } = this.#db.commit(state.writes)
    const number = this.#db.head
    const header = { parentHash, number, stateRoot: root, extrinsicsRoot: extrinsicsRoot(extrinsics), digest: [] }
    const hash = toHex(hashHeader(header))
    const block = { number, hash, header, extrinsics, timestampMs }
    this.#blocks.set(number, block)
    this.#hashes.push(hash)
    this.#numbers.set(hash, number)
    return block
  }

  #prune(): void {
    const { keepBlocks } = this.#options
    if (keepBlocks === undefined) return
    const oldest = this.#head.number - keepBlocks + 1
    // Clients ask for the genesis block at any time; its state goes like any other.
    for (let number = Math.max(1, this.#db.oldest); number < oldest; number++) this.#blocks.delete(number)
    this.#db.prune(oldest)
  }

  #validate(extrinsic: Uint8Array): TransactionValidity {
    // As Substrate's Executive: an extrinsic is judged as if in the block after the head.
    const number = this.#head.number + 1
    return this.runtime.validateTransaction(
      this.stateAt(this.#head),
      extrinsic,
      this.#context(number, this.#options.time.next(number, this.#head.timestampMs)),
    )
  }

  #context(number: number, timestampMs: number): BlockContext {
    return {
      number,
      timestampMs,
      genesisHash: hexBytes(this.#hashes[0] as string),
      blockHash: (past) => {
        const hash = past < number ? this.#hashes[past] : undefined
        return hash === undefined ? undefined : hexBytes(hash)
      },
    }
  }
}
