import { isFinalStatus, type TransactionStatus } from './pool-transaction.js'

/** Who wants to know what happens to which extrinsic. */
export class Watchers {
  readonly #listeners = new Map<string, Set<(status: TransactionStatus) => void>>()

  /** @returns A function that stops the watch. */
  watch(hash: string, listener: (status: TransactionStatus) => void): () => void {
    const listeners = this.#listeners.get(hash) ?? new Set()
    this.#listeners.set(hash, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(hash) === listeners) this.#listeners.delete(hash)
    }
  }

  tell(hash: string, status: TransactionStatus): void {
    const listeners = this.#listeners.get(hash)
    if (!listeners) return
    if (isFinalStatus(status)) this.#listeners.delete(hash)
    for (const listener of [...listeners]) listener(status)
  }
}
