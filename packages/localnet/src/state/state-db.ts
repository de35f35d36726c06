import { hash } from 'node:crypto'
import { TensorKitError } from '@tensorkit/core'
import { hexBytes } from './hex.js'
import { SortedKeys } from './sorted-keys.js'

/** The state of one block, to read. */
export interface StateView {
  get(key: string): Uint8Array | undefined
  /** Keys with the prefix, greater than `after`, in ascending order, lazily. */
  walk(prefix: string, after?: string): Iterable<string>
}

/** What one block wrote: `undefined` deletes. */
export type Writes = ReadonlyMap<string, Uint8Array | undefined>

interface Version {
  readonly block: number
  readonly value: Uint8Array | undefined
  /** This entry's share of the state hash; 0 if deleted. */
  readonly share: bigint
}

const modulus = 1n << 256n

/**
 * The key-value state of every block of one chain without forks: each key holds its own list of versions.
 *
 * A block costs memory for what it changed alone, a read of the head is one look-up, a read of history a binary search.
 * The state hash is the sum, modulo 2^256, of SHA-256 over each entry: it depends on the content alone and costs two hashes
 * a change. It is no Merkle root: there are no proofs, and it is not made to withstand someone who chooses the state.
 */
export class StateDb {
  readonly #versions = new Map<string, Version[]>()
  /** Every key that has any version, so that history can be listed too. */
  readonly #keys = new SortedKeys()
  /** Which keys each kept block changed, oldest first. */
  readonly #changed = new Map<number, readonly string[]>()
  #sum = 0n
  #head = -1
  #oldest = 0

  /** The last committed block, or -1. */
  get head(): number {
    return this.#head
  }

  /** The oldest block whose state can still be read. */
  get oldest(): number {
    return this.#oldest
  }

  /**
   * Adds the next block.
   *
   * @returns The state hash, and the keys whose values differ from the block before.
   */
  commit(writes: Writes): { readonly root: Uint8Array; readonly changed: readonly string[] } {
    const block = this.#head + 1
    const changed: string[] = []
    for (const [key, value] of writes) {
      const versions = this.#versions.get(key)
      const last = versions?.at(-1)
      if (same(last?.value, value)) continue
      const share = value === undefined ? 0n : shareOf(key, value)
      this.#sum = (this.#sum - (last?.share ?? 0n) + share + modulus) % modulus
      const version = { block, value, share }
      if (versions) {
        versions.push(version)
      } else {
        this.#versions.set(key, [version])
        this.#keys.add(key)
      }
      changed.push(key)
    }
    this.#changed.set(block, changed)
    this.#head = block
    return { root: hexBytes(`0x${this.#sum.toString(16).padStart(64, '0')}`), changed }
  }

  /** The state after a block. @throws CORE_INTERNAL if that block is not kept: callers ask {@link StateDb.oldest} first. */
  at(block: number): StateView {
    if (block > this.#head || block < this.#oldest)
      throw new TensorKitError('CORE_INTERNAL', 'State of a block that is not kept', { facts: { block } })
    return {
      get: (key) => this.#read(key, block),
      walk: (prefix, after) => this.#walk(block, prefix, after),
    }
  }

  /** The keys whose values a kept block changed. */
  changedAt(block: number): readonly string[] {
    return this.#changed.get(block) ?? []
  }

  /** Forgets the states before `oldest`; what they share with later blocks stays. */
  prune(oldest: number): void {
    const until = Math.min(oldest, this.#head)
    while (this.#oldest < until) {
      this.#changed.delete(this.#oldest)
      this.#oldest += 1
      for (const key of this.#changed.get(this.#oldest) ?? []) this.#pruneKey(key)
    }
  }

  #pruneKey(key: string): void {
    const versions = this.#versions.get(key)
    if (!versions) return
    const first = indexAt(versions, this.#oldest)
    if (first > 0) versions.splice(0, first)
    if (versions.length === 1 && versions[0]?.value === undefined) {
      this.#versions.delete(key)
      this.#keys.remove(key)
    }
  }

  #read(key: string, block: number): Uint8Array | undefined {
    const versions = this.#versions.get(key)
    if (!versions) return undefined
    const last = versions.at(-1) as Version
    return last.block <= block ? last.value : versions[indexAt(versions, block)]?.value
  }

  *#walk(block: number, prefix: string, after?: string): Generator<string> {
    for (const key of this.#keys.walk(prefix, after)) if (this.#read(key, block) !== undefined) yield key
  }
}

/** The index of the version that holds at `block`, or -1. */
function indexAt(versions: readonly Version[], block: number): number {
  let low = 0
  let high = versions.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((versions[middle] as Version).block <= block) low = middle + 1
    else high = middle
  }
  return low - 1
}

// The colon cannot be part of a hex key, so no two entries give the same text.
function shareOf(key: string, value: Uint8Array): bigint {
  return BigInt(`0x${hash('sha256', Buffer.concat([Buffer.from(`${key}:`, 'latin1'), value]), 'hex')}`)
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.length === b.length && Buffer.compare(a, b) === 0
}
