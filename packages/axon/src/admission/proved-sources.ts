import type { Clock } from '@tensorkit/core'

const provedForMs = 600_000
const maxSources = 4096
// Every call of a session adds its source: within this time it costs a look-up.
const refreshMs = 60_000

/** The sources on which a hotkey was proved in the last 10 min, in bounded memory. */
export class ProvedSources {
  readonly #clock: Clock
  readonly #provedAt = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  has(source: string): boolean {
    const atMs = this.#provedAt.get(source)
    return atMs !== undefined && this.#clock.monotonicMs() - atMs < provedForMs
  }

  add(source: string): void {
    const nowMs = this.#clock.monotonicMs()
    const atMs = this.#provedAt.get(source)
    if (atMs !== undefined && nowMs - atMs < refreshMs) return
    this.#provedAt.delete(source)
    if (this.#provedAt.size >= maxSources) {
      const longestAgo = this.#provedAt.keys().next()
      if (!longestAgo.done) this.#provedAt.delete(longestAgo.value)
    }
    this.#provedAt.set(source, nowMs)
  }
}
