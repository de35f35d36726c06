/** What {@link TokenBuckets} is made of. */
export interface TokenBucketsOptions {
  /** Tokens that come back per second. */
  readonly perSecond: number
  /** Tokens of a full bucket. */
  readonly burst: number
  /** How many keys are kept; over it a long unused one is forgotten. */
  readonly maxKeys: number
}

interface Bucket {
  tokens: number
  atMs: number
}

/** A token bucket for each key, in bounded memory. */
export class TokenBuckets {
  readonly #options: TokenBucketsOptions
  readonly #buckets = new Map<string, Bucket>()

  constructor(options: TokenBucketsOptions) {
    this.#options = options
  }

  /** Takes one token. @returns Whether there was one. */
  take(key: string, nowMs: number): boolean {
    const bucket = this.#refill(key, nowMs)
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }

  /** Takes tokens whether there are any or not: a bucket may owe as much as it holds when full. @returns Whether it owes nothing. */
  spend(key: string, tokens: number, nowMs: number): boolean {
    const bucket = this.#refill(key, nowMs)
    bucket.tokens = Math.max(-this.#options.burst, bucket.tokens - tokens)
    return bucket.tokens >= 0
  }

  /** Gives tokens back that should not have been charged. */
  giveBack(key: string, tokens = 1): void {
    const bucket = this.#buckets.get(key)
    if (bucket !== undefined) bucket.tokens = Math.min(this.#options.burst, bucket.tokens + tokens)
  }

  #refill(key: string, nowMs: number): Bucket {
    const { perSecond, burst, maxKeys } = this.#options
    const known = this.#buckets.get(key)
    if (known !== undefined) {
      known.tokens = Math.min(burst, known.tokens + ((nowMs - known.atMs) / 1000) * perSecond)
      known.atMs = nowMs
      return known
    }
    if (this.#buckets.size >= maxKeys) this.#forgetOne()
    const fresh = { tokens: burst, atMs: nowMs }
    this.#buckets.set(key, fresh)
    return fresh
  }

  // Whoever owns this many sources has this many full buckets anyway: forgetting one gives away nothing.
  #forgetOne(): void {
    let oldest: string | undefined
    let oldestMs = Number.POSITIVE_INFINITY
    let looked = 0
    for (const [key, { atMs }] of this.#buckets) {
      if (atMs < oldestMs) [oldest, oldestMs] = [key, atMs]
      if (++looked === 16) break
    }
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}
