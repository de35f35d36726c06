import { type Logger, TensorKitError } from '@tensorkit/core'
import type { Block, BlockRef, ChainBackend } from '../backend/chain-backend.js'

/** How far back the blocks between two heads are looked at: longer than the default era. */
const MAX_GAP_BLOCKS = 256
/** Hashes of blocks that were looked at. */
const MAX_SEEN = 1024
/** Transactions waited for at once. */
const MAX_TRACKED = 1024

/** Where a transaction was found. */
export interface Inclusion extends BlockRef {
  /** Its place in the block. */
  readonly extrinsicIndex: number
}

interface Tracked {
  readonly hex: string
  readonly validUntil: number
  readonly settle: (result: Inclusion | TensorKitError) => void
}

/**
 * Finds sent transactions in new blocks.
 *
 * It reads the blocks themselves instead of subscribing to a transaction's status, because that subscription dies with
 * the connection; this one goes on after a reconnect, and gives up when the transaction's era is over.
 */
export class InclusionTracker {
  readonly #backend: ChainBackend
  readonly #logger: Logger
  readonly #tracked = new Set<Tracked>()
  #unsubscribe: (() => void) | undefined
  #starting: Promise<void> | undefined
  #users = 0
  readonly #seen = new Set<string>()
  #newest: BlockRef | undefined
  #running = false

  constructor(backend: ChainBackend, logger: Logger) {
    this.#backend = backend
    this.#logger = logger
    backend.onClosed((reason) => {
      for (const entry of [...this.#tracked]) entry.settle(reason)
    })
  }

  /**
   * Begins to watch new blocks. To be awaited before a transaction is sent, lest its block be missed.
   *
   * @returns A function that says that this user is done; the last one ends the watch.
   */
  async open(): Promise<() => void> {
    this.#users++
    let open = true
    const release = () => {
      if (!open) return
      open = false
      if (--this.#users === 0) this.#stop()
    }
    try {
      this.#starting ??= this.#start()
      await this.#starting
      return release
    } catch (error) {
      this.#starting = undefined
      release()
      throw error
    }
  }

  /** Looks through the best chain's last blocks for a transaction, newest first. @returns Undefined if it is not there. */
  async search(hex: string, depth: number): Promise<Inclusion | undefined> {
    let { hash } = await this.#backend.head('best')
    for (let i = 0; i < depth; i++) {
      const block = await this.#backend.block(hash)
      const extrinsicIndex = block.extrinsics.indexOf(hex)
      if (extrinsicIndex >= 0) return { number: block.number, hash, extrinsicIndex }
      if (block.number === 0) return undefined
      hash = block.parentHash
    }
    return undefined
  }

  /**
   * Waits until the transaction is in a block of the best chain.
   *
   * @returns Where it is.
   * @throws CHAIN_TRANSACTION_LOST when its era ended without it; the connection's errors; CORE_ABORTED; CHAIN_TIMEOUT.
   */
  track(
    hex: string,
    options: { readonly validUntil: number; readonly hash: string; readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Inclusion> {
    return new Promise((resolve, reject) => {
      if (this.#tracked.size >= MAX_TRACKED) {
        return reject(new TensorKitError('CHAIN_BUSY', 'Too many transactions are waited for', { facts: { limit: MAX_TRACKED } }))
      }
      const { signal, timeoutMs, hash } = options
      const settle = (result: Inclusion | TensorKitError) => {
        this.#tracked.delete(entry)
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        if (TensorKitError.isInstance(result)) reject(result)
        else resolve(result)
      }
      const entry: Tracked = { hex, validUntil: options.validUntil, settle }
      const onAbort = () =>
        settle(new TensorKitError('CORE_ABORTED', 'Waiting for a transaction was aborted; it may still be included', { facts: { hash } }))
      const timer = setTimeout(
        () =>
          settle(
            new TensorKitError('CHAIN_TIMEOUT', 'The transaction was sent but not included in time', {
              facts: { hash, timeoutMs },
              remedy: 'It may still be included: look at the chain before sending it again.',
            }),
          ),
        timeoutMs,
      )
      if (signal?.aborted) return onAbort()
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#tracked.add(entry)
      // A block may have come between open() and now.
      this.#run()
    })
  }

  async #start(): Promise<void> {
    const head = await this.#backend.head('best')
    this.#seen.add(head.hash)
    this.#newest = head
    const unsubscribe = await this.#backend.onHead('best', (next) => {
      this.#newest = next
      this.#run()
    })
    if (this.#users > 0) this.#unsubscribe = unsubscribe
    else unsubscribe()
  }

  #stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#starting = undefined
    this.#seen.clear()
  }

  #run(): void {
    if (this.#running) return
    this.#running = true
    this.#checkNew()
      .catch((error: unknown) => {
        // The next head tries again; the connection's end is told by `closed`.
        this.#logger.debug(
          { error: TensorKitError.isInstance(error) ? error.code : 'unknown' },
          'Looking for transactions in a block failed',
        )
      })
      .finally(() => {
        this.#running = false
      })
  }

  async #checkNew(): Promise<void> {
    while (this.#newest && !this.#seen.has(this.#newest.hash) && this.#tracked.size > 0) {
      for (const block of await this.#unseen(this.#newest)) this.#check(block)
    }
  }

  /** The blocks from the last seen one to a head, oldest first: by parents, so that forks are followed. */
  async #unseen(head: BlockRef): Promise<Block[]> {
    const blocks: Block[] = []
    for (let hash = head.hash; !this.#seen.has(hash) && blocks.length < MAX_GAP_BLOCKS; ) {
      const block = await this.#backend.block(hash)
      blocks.unshift(block)
      if (block.number === 0) break
      hash = block.parentHash
    }
    return blocks
  }

  #check(block: Block): void {
    this.#seen.add(block.hash)
    for (const oldest of this.#seen) {
      if (this.#seen.size <= MAX_SEEN) break
      this.#seen.delete(oldest)
    }
    const places = new Map(block.extrinsics.map((hex, index) => [hex, index]))
    for (const entry of [...this.#tracked]) {
      const extrinsicIndex = places.get(entry.hex)
      if (extrinsicIndex !== undefined) entry.settle({ number: block.number, hash: block.hash, extrinsicIndex })
      else if (block.number >= entry.validUntil) {
        entry.settle(
          new TensorKitError('CHAIN_TRANSACTION_LOST', 'The transaction was not included while it was valid', {
            facts: { validUntil: entry.validUntil },
          }),
        )
      }
    }
  }
}
