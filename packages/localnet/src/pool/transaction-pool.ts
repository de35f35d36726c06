import { extrinsicSender } from '../block/extrinsic.js'
import { blake2b256 } from '../block/header.js'
import type { TransactionValidity } from '../runtime/runtime.js'
import { toHex } from '../state/hex.js'
import { BanList } from './ban-list.js'
import { defaultPoolLimits, type PoolLimits } from './pool-limits.js'
import type { PoolRefusal, PoolTransaction, TransactionStatus } from './pool-transaction.js'
import { compareReady, orderReady } from './ready-order.js'
import { Watchers } from './watchers.js'

/** What came of a submission. */
export type SubmitResult =
  | { readonly ok: true; readonly hash: string /** Stops the watch. */; readonly unwatch: () => void }
  | { readonly ok: false; readonly refusal: PoolRefusal }

/** What a {@link TransactionPool} needs. */
export interface TransactionPoolOptions {
  /** Asks the runtime at the head of the chain. */
  readonly validate: (extrinsic: Uint8Array) => TransactionValidity
  /** Number of the head block. */
  readonly head: () => number
  readonly limits?: Partial<PoolLimits>
}

interface Waiting {
  readonly transaction: PoolTransaction
  readonly missing: Set<string>
}

/**
 * Extrinsics that wait for a block: the *ready* ones can be included now, the *future* ones lack a tag that another one provides.
 *
 * Source: `sc_transaction_pool` of Substrate: validity, tags, replacement by priority, bans and limits follow it.
 */
export class TransactionPool {
  readonly #options: TransactionPoolOptions
  readonly #limits: PoolLimits
  readonly #ready = new Map<string, PoolTransaction>()
  readonly #future = new Map<string, Waiting>()
  /** Which ready extrinsic provides a tag. */
  readonly #provider = new Map<string, string>()
  readonly #bans = new BanList()
  readonly #watchers = new Watchers()
  readonly #readyListeners = new Set<() => void>()
  #arrivals = 0

  constructor(options: TransactionPoolOptions) {
    this.#options = options
    this.#limits = { ...defaultPoolLimits, ...options.limits }
  }

  /** How many extrinsics can be included now. */
  get readyCount(): number {
    return this.#ready.size
  }

  /** How many extrinsics wait for others. */
  get futureCount(): number {
    return this.#future.size
  }

  /** The ready extrinsics in the order in which a block takes them. */
  ready(): PoolTransaction[] {
    return orderReady(this.#ready.values())
  }

  /** Whether an extrinsic waits here. */
  has(hash: string): boolean {
    return this.#ready.has(hash) || this.#future.has(hash)
  }

  /** Whether a ready extrinsic provides a tag. */
  provides(tag: string): boolean {
    return this.#provider.has(tag)
  }

  /**
   * Validates an extrinsic and takes it.
   *
   * @param bytes - The extrinsic with its length prefix.
   * @param watcher - Told of everything that happens to it, from its first status on.
   */
  submit(bytes: Uint8Array, watcher?: (status: TransactionStatus) => void): SubmitResult {
    const hash = toHex(blake2b256(bytes))
    const head = this.#options.head()
    if (this.#bans.isBanned(hash, head)) return refuse({ kind: 'TemporarilyBanned' })
    if (this.has(hash)) return refuse({ kind: 'AlreadyImported', hash })
    const validity = this.#options.validate(bytes)
    if (!validity.ok) {
      this.#bans.ban(hash, head)
      return refuse({ kind: 'Invalid', reason: validity.error })
    }
    if (validity.provides.length === 0) return refuse({ kind: 'NoTagsProvided' })
    const sender = extrinsicSender(bytes)
    if (sender !== undefined && this.#isFullFor(sender, bytes.length)) return refuse({ kind: 'ImmediatelyDropped' })
    const { priority, requires, provides } = validity
    const transaction = {
      hash,
      bytes,
      sender,
      priority,
      requires,
      provides,
      validTill: validTill(head, validity.longevity),
      order: this.#arrivals++,
    }
    const unwatch = watcher ? this.#watchers.watch(hash, watcher) : () => {}
    const refusal = this.#import(transaction) ?? this.#enforceLimits(hash)
    if (refusal) {
      unwatch()
      return refuse(refusal)
    }
    return { ok: true, hash, unwatch }
  }

  /** Tells whenever an extrinsic has become ready. @returns A function that stops it. */
  onReady(listener: () => void): () => void {
    this.#readyListeners.add(listener)
    return () => this.#readyListeners.delete(listener)
  }

  /** Takes out an extrinsic that turned out invalid, and all that depend on it. */
  removeInvalid(hash: string): void {
    this.#bans.ban(hash, this.#options.head())
    for (const removed of this.#removeSubtree(hash)) this.#watchers.tell(removed, 'invalid')
  }

  /** Takes out an extrinsic that is no longer wanted, and all that depend on it. @returns The hashes of what was here. */
  remove(hash: string): string[] {
    const removed = this.#removeSubtree(hash)
    for (const one of removed) {
      this.#bans.ban(one, this.#options.head())
      this.#watchers.tell(one, 'invalid')
    }
    return removed
  }

  /** After a block: takes out what it included, lets in what waited for it, and looks again at the rest. */
  onBlock(blockHash: string, included: readonly Uint8Array[]): void {
    const head = this.#options.head()
    const gone: string[] = []
    for (const bytes of included) {
      const hash = toHex(blake2b256(bytes))
      const transaction = this.#ready.get(hash)
      if (!transaction) continue
      this.#bans.ban(hash, head)
      this.#forget(transaction)
      gone.push(hash)
      this.#watchers.tell(hash, { inBlock: blockHash })
      for (const tag of transaction.provides) this.#satisfy(tag)
    }
    // Imported blocks are final at once: nothing can fork here.
    for (const hash of gone) this.#watchers.tell(hash, { finalized: blockHash })
    this.#removeStale(head)
    this.#revalidate()
  }

  #import(transaction: PoolTransaction): PoolRefusal | undefined {
    const missing = new Set(transaction.requires.filter((tag) => !this.#provider.has(tag)))
    if (missing.size === 0) return this.#importReady(transaction)
    this.#future.set(transaction.hash, { transaction, missing })
    this.#watchers.tell(transaction.hash, 'future')
    return undefined
  }

  #importReady(transaction: PoolTransaction): PoolRefusal | undefined {
    const replaced = new Set(transaction.provides.map((tag) => this.#provider.get(tag)).filter((hash) => hash !== undefined))
    const old = [...replaced].reduce((sum, hash) => sum + (this.#ready.get(hash)?.priority ?? 0n), 0n)
    if (replaced.size > 0 && old >= transaction.priority) return { kind: 'TooLowPriority', old, new: transaction.priority }
    for (const hash of replaced) {
      for (const removed of this.#removeSubtree(hash, transaction.provides)) this.#watchers.tell(removed, { usurped: transaction.hash })
    }
    this.#ready.set(transaction.hash, transaction)
    for (const tag of transaction.provides) this.#provider.set(tag, transaction.hash)
    this.#watchers.tell(transaction.hash, 'ready')
    for (const listener of this.#readyListeners) listener()
    for (const tag of transaction.provides) this.#satisfy(tag)
    return undefined
  }

  /** A tag has come to exist: what waited for it alone becomes ready. */
  #satisfy(tag: string): void {
    for (const { transaction, missing } of [...this.#future.values()]) {
      if (!missing.delete(tag) || missing.size > 0 || !this.#future.delete(transaction.hash)) continue
      if (this.#importReady(transaction)) this.#watchers.tell(transaction.hash, 'dropped')
    }
  }

  /** Removes an extrinsic and, unless `provided` still serves them, all that require its tags. @returns What was removed. */
  #removeSubtree(hash: string, provided: readonly string[] = []): string[] {
    const removed: string[] = []
    const queue = [hash]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const transaction = this.#ready.get(next)
      if (!transaction) {
        if (this.#future.delete(next)) removed.push(next)
        continue
      }
      this.#forget(transaction)
      removed.push(next)
      const lost = new Set(transaction.provides.filter((tag) => !provided.includes(tag)))
      if (lost.size === 0) continue
      for (const other of this.#ready.values()) if (other.requires.some((tag) => lost.has(tag))) queue.push(other.hash)
    }
    return removed
  }

  #forget(transaction: PoolTransaction): void {
    this.#ready.delete(transaction.hash)
    for (const tag of transaction.provides) if (this.#provider.get(tag) === transaction.hash) this.#provider.delete(tag)
  }

  #isFullFor(sender: string, bytes: number): boolean {
    const own = [...this.#all()].filter((transaction) => transaction.sender === sender)
    return exceeds(
      [...own.map((transaction) => transaction.bytes.length), bytes],
      this.#limits.maxPerAccount,
      this.#limits.maxPerAccountBytes,
    )
  }

  *#all(): Generator<PoolTransaction> {
    yield* this.#ready.values()
    for (const { transaction } of this.#future.values()) yield transaction
  }

  /** Drops the worst until the limits hold. @returns A refusal if the newcomer itself had to go. */
  #enforceLimits(newcomer: string): PoolRefusal | undefined {
    const dropped = new Set<string>()
    const { maxReady, maxReadyBytes, maxFuture, maxFutureBytes } = this.#limits
    while (exceeds(sizes(this.#ready.values()), maxReady, maxReadyBytes)) {
      const worst = [...this.#ready.values()].reduce((a, b) => (compareDrop(a, b) > 0 ? a : b))
      for (const hash of this.#removeSubtree(worst.hash)) dropped.add(hash)
    }
    while (
      exceeds(
        [...this.#future.values()].map((waiting) => waiting.transaction.bytes.length),
        maxFuture,
        maxFutureBytes,
      )
    ) {
      const oldest = this.#future.keys().next().value as string
      this.#future.delete(oldest)
      dropped.add(oldest)
    }
    for (const hash of dropped) {
      this.#bans.ban(hash, this.#options.head())
      this.#watchers.tell(hash, 'dropped')
    }
    return dropped.has(newcomer) ? { kind: 'ImmediatelyDropped' } : undefined
  }

  #removeStale(head: number): void {
    const stale = [...this.#all()].filter((transaction) => transaction.validTill <= head)
    for (const { hash } of stale) if (this.has(hash)) this.removeInvalid(hash)
  }

  /** @returns Undefined if the runtime fails at it, which must not keep a sealed block from being told. */
  #validateAgain(transaction: PoolTransaction): TransactionValidity | undefined {
    try {
      return this.#options.validate(transaction.bytes)
    } catch {
      return undefined
    }
  }

  #revalidate(): void {
    const due = [...this.#ready.values()].slice(0, this.#limits.maxRevalidations)
    for (const transaction of due) {
      if (!this.#ready.has(transaction.hash)) continue
      const validity = this.#validateAgain(transaction)
      if (!validity?.ok) {
        this.removeInvalid(transaction.hash)
        continue
      }
      // To the back, so that the next blocks look at others.
      this.#ready.delete(transaction.hash)
      this.#ready.set(transaction.hash, {
        ...transaction,
        priority: validity.priority,
        validTill: validTill(this.#options.head(), validity.longevity),
      })
    }
  }
}

function refuse(refusal: PoolRefusal): SubmitResult {
  return { ok: false, refusal }
}

function validTill(head: number, longevity: bigint): number {
  const limit = BigInt(Number.MAX_SAFE_INTEGER - head)
  return head + Number(longevity < limit ? longevity : limit)
}

function sizes(transactions: Iterable<PoolTransaction>): number[] {
  return Array.from(transactions, (transaction) => transaction.bytes.length)
}

function exceeds(sizes: readonly number[], maxCount: number, maxBytes: number): boolean {
  return sizes.length > maxCount || sizes.reduce((sum, size) => sum + size, 0) > maxBytes
}

/** Positive if `a` is to be dropped rather than `b`: lower priority, then the later one. */
function compareDrop(a: PoolTransaction, b: PoolTransaction): number {
  return a.priority === b.priority ? a.order - b.order : compareReady(a, b)
}
