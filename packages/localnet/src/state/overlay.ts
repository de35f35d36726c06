import type { StateView, Writes } from './state-db.js'
import type { Storage } from './storage.js'

/**
 * The state that a block is building: reads fall through to the block before, writes stay here until they are committed.
 *
 * Inside {@link Overlay.transactional} every write leaves its previous entry in a journal, which a failure plays back.
 * So a nested transaction costs what it wrote, whatever the size of the block.
 */
export class Overlay implements Storage {
  readonly #base: StateView
  readonly #writes = new Map<string, Uint8Array | undefined>()
  /** Key, whether this layer had an entry, and that entry. */
  readonly #journal: [key: string, had: boolean, value: Uint8Array | undefined][] = []
  #depth = 0

  constructor(base: StateView) {
    this.#base = base
  }

  /** What this layer wrote. */
  get writes(): Writes {
    return this.#writes
  }

  get(key: string): Uint8Array | undefined {
    const own = this.#writes.get(key)
    return own === undefined && !this.#writes.has(key) ? this.#base.get(key) : own
  }

  set(key: string, value: Uint8Array): void {
    this.#write(key, value)
  }

  delete(key: string): void {
    this.#write(key, undefined)
  }

  keys(prefix: string): string[] {
    const keys = [...this.#base.walk(prefix)]
    const added: string[] = []
    let deleted = false
    for (const [key, value] of this.#writes) {
      if (!key.startsWith(prefix)) continue
      if (value === undefined) deleted = true
      else if (this.#base.get(key) === undefined) added.push(key)
    }
    const kept = deleted ? keys.filter((key) => this.get(key) !== undefined) : keys
    return added.length === 0 ? kept : kept.concat(added).sort()
  }

  transactional<T>(body: () => T): T {
    const mark = this.#journal.length
    this.#depth += 1
    try {
      return body()
    } catch (error) {
      this.#undoTo(mark)
      throw error
    } finally {
      this.#depth -= 1
      if (this.#depth === 0) this.#journal.length = 0
    }
  }

  #write(key: string, value: Uint8Array | undefined): void {
    if (this.#depth > 0) this.#journal.push([key, this.#writes.has(key), this.#writes.get(key)])
    this.#writes.set(key, value)
  }

  #undoTo(mark: number): void {
    while (this.#journal.length > mark) {
      const [key, had, value] = this.#journal.pop() as [string, boolean, Uint8Array | undefined]
      if (had) this.#writes.set(key, value)
      else this.#writes.delete(key)
    }
  }
}
