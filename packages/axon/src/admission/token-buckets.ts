import { TensorKitError } from '@tensorkit/core'

/** What {@link TokenBuckets} is made of. */
export interface TokenBucketsOptions {
  /** Tokens that come back per second; more than 0. */
  readonly perSecond: number
  /** Tokens of a full bucket. */
  readonly burst: number
  /** How many keys are kept; over it one of the fullest is forgotten. */
  readonly maxKeys: number
}

// Sums of fractions of a ms are a little off: no more than so many ms.
const tolerance = 1e-3

/**
 * A token bucket for each key, in bounded memory.
 *
 * Of a bucket one number is kept: when it will be full, in ms. There is one for every source and hotkey.
 */
export class TokenBuckets {
  readonly #fullAtMs = new Map<string, number>()
  readonly #maxKeys: number
  readonly #msPerToken: number
  readonly #msToFill: number

  constructor({ perSecond, burst, maxKeys }: TokenBucketsOptions) {
    // Without a rate every sum here would be infinite, and pass.
    if (!(perSecond > 0)) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The rate of a token bucket must be more than 0')
    this.#maxKeys = maxKeys
    this.#msPerToken = 1000 / perSecond
    this.#msToFill = burst * this.#msPerToken
  }

  /** Takes one token. @returns Whether there was one. */
  take(key: string, nowMs: number): boolean {
    const fullAtMs = this.#fullAt(key, nowMs) + this.#msPerToken
    if (!this.#isInCredit(fullAtMs, nowMs)) return false
    this.#set(key, fullAtMs)
    return true
  }

  /** Takes tokens whether there are any or not: a bucket may owe as much as it holds when full. @returns Whether it owes nothing. */
  spend(key: string, tokens: number, nowMs: number): boolean {
    const fullAtMs = Math.min(this.#fullAt(key, nowMs) + tokens * this.#msPerToken, nowMs + 2 * this.#msToFill)
    this.#set(key, fullAtMs)
    return this.#isInCredit(fullAtMs, nowMs)
  }

  /** Gives tokens back that should not have been charged. */
  giveBack(key: string, tokens = 1): void {
    const fullAtMs = this.#fullAtMs.get(key)
    // Full since long ago is no more than full.
    if (fullAtMs !== undefined) this.#fullAtMs.set(key, fullAtMs - tokens * this.#msPerToken)
  }

  #fullAt(key: string, nowMs: number): number {
    return Math.max(nowMs, this.#fullAtMs.get(key) ?? nowMs)
  }

  #isInCredit(fullAtMs: number, nowMs: number): boolean {
    return fullAtMs - nowMs <= this.#msToFill + tolerance
  }

  #set(key: string, fullAtMs: number): void {
    if (this.#fullAtMs.size >= this.#maxKeys && !this.#fullAtMs.has(key)) this.#forgetOne()
    this.#fullAtMs.set(key, fullAtMs)
  }

  // Whoever owns this many sources has this many full buckets anyway: forgetting one gives away nothing.
  #forgetOne(): void {
    let fullest: string | undefined
    let fullestMs = Number.POSITIVE_INFINITY
    let looked = 0
    for (const [key, fullAtMs] of this.#fullAtMs) {
      if (fullAtMs < fullestMs) [fullest, fullestMs] = [key, fullAtMs]
      if (++looked === 16) break
    }
    if (fullest !== undefined) this.#fullAtMs.delete(fullest)
  }
}
