import { TensorKitError } from '@tensorkit/core'
import type { CancelScope } from '../call/cancel-scope.js'

/** How long somebody waits. */
export interface WaitOptions {
  /** In ms: what is left of the time that several waits share. */
  readonly timeoutMs: number
  readonly cancel?: CancelScope | undefined
}

/** Lets so many in at a time; who comes then waits, first come first served. */
export class Gate {
  readonly #places: number
  readonly #maxWaiting: number
  readonly #what: string
  readonly #waiting = new Set<() => void>()
  #inside = 0

  /** @param what - For the error: `calls in flight`. */
  constructor(options: { readonly places: number; readonly maxWaiting: number; readonly what: string }) {
    this.#places = options.places
    this.#maxWaiting = options.maxWaiting
    this.#what = options.what
  }

  get inside(): number {
    return this.#inside
  }

  /** Goes in, if that is possible at once. */
  tryEnter(): boolean {
    if (this.#inside >= this.#places || this.#waiting.size > 0) return false
    this.#inside++
    return true
  }

  /** Goes in, now or later. @throws DENDRITE_TIMEOUT after `timeoutMs`; DENDRITE_EXHAUSTED at once if too many wait; CORE_ABORTED. */
  async enter({ timeoutMs, cancel }: WaitOptions): Promise<void> {
    if (this.tryEnter()) return
    cancel?.throwIfCancelled()
    if (this.#waiting.size >= this.#maxWaiting) throw this.#full()
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        uncancel?.()
        this.#waiting.delete(grant)
      }
      const grant = () => {
        leave()
        this.#inside++
        resolve()
      }
      const timer = setTimeout(() => {
        leave()
        reject(this.#late())
      }, timeoutMs)
      const uncancel = cancel?.onCancel((error) => {
        leave()
        reject(error)
      })
      this.#waiting.add(grant)
    })
  }

  leave(): void {
    this.#inside--
    for (const grant of this.#waiting) {
      if (this.#inside >= this.#places) return
      grant()
    }
  }

  #full(): TensorKitError {
    return new TensorKitError('DENDRITE_EXHAUSTED', `Too many wait for a place among the ${this.#what}`, {
      facts: { places: this.#places, waiting: this.#waiting.size },
      remedy: 'Make fewer calls at a time, or allow more.',
    })
  }

  #late(): TensorKitError {
    return new TensorKitError('DENDRITE_TIMEOUT', `There was no place among the ${this.#what} in time`, {
      facts: { waitedFor: 'place', places: this.#places, waiting: this.#waiting.size },
      remedy: 'Make fewer calls at a time, or allow more.',
    })
  }
}
