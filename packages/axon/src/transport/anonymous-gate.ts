import type { AxonLimits } from '../limits.js'

/** Room for calls without credentials: few at a time, so that strangers cannot crowd out callers who proved themselves. */
export class AnonymousGate {
  readonly #max: number
  #inFlight = 0

  constructor(limits: AxonLimits) {
    this.#max = limits.maxAnonymousCalls
  }

  /** @returns What to call when the call is over, or undefined if there is no room. */
  enter(): (() => void) | undefined {
    if (this.#inFlight >= this.#max) return undefined
    this.#inFlight++
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      this.#inFlight--
    }
  }
}
