import type { CallEnd } from '../transport/client-transport.js'

const connectDelayMs = 50
const maxDelayMs = 2_000

/**
 * Which failed call may be made again: one of which the axon's application provably got nothing. It carries a fresh nonce or the
 * session's token, so that it is no replay. An expired session is worth one more try, and no second one.
 */
export class RetryPolicy {
  readonly #maxAttempts: number
  #attempts = 1
  #hasRenewed = false

  constructor(maxAttempts: number) {
    this.#maxAttempts = maxAttempts
  }

  /** @returns How long to wait before the next attempt, in ms; undefined if there is none. */
  delayAfter(end: Pick<CallEnd, 'wasSent' | 'fault' | 'pushbackMs'>, isExpired: boolean): number | undefined {
    if (isExpired) {
      if (this.#hasRenewed) return undefined
      this.#hasRenewed = true
      return 0
    }
    if (end.wasSent || end.pushbackMs === Number.POSITIVE_INFINITY || !retried.has(end.fault)) return undefined
    if (this.#attempts >= this.#maxAttempts) return undefined
    const delayMs = Math.min(connectDelayMs * 2 ** (this.#attempts - 1), maxDelayMs)
    this.#attempts++
    // A connection that was leaving is replaced at once; one that could not be made needs a moment.
    return end.fault === 'connect' ? delayMs * (0.5 + Math.random() / 2) : 0
  }
}

const retried: ReadonlySet<string | undefined> = new Set(['connect', 'lost', 'refused', 'queue-full'])
