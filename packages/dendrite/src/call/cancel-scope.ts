import { defaultMaxListeners, getMaxListeners, setMaxListeners } from 'node:events'
import { TensorKitError } from '@tensorkit/core'

const manyListeners = 65_536

/**
 * Ends the calls of one query or stream together. It does what an AbortSignal does at a tenth of the cost, since each call takes
 * part in it.
 */
export class CancelScope {
  readonly #listeners = new Set<(error: TensorKitError) => void>()
  #error: TensorKitError | undefined

  get isCancelled(): boolean {
    return this.#error !== undefined
  }

  /** @throws The error that it was cancelled with. */
  throwIfCancelled(): void {
    if (this.#error !== undefined) throw this.#error
  }

  /** The error that it was cancelled with. */
  get error(): TensorKitError | undefined {
    return this.#error
  }

  /** @returns Takes the listener away. One that comes too late is told at once. */
  onCancel(listener: (error: TensorKitError) => void): () => void {
    if (this.#error !== undefined) {
      listener(this.#error)
      return () => {}
    }
    // A wrapper, so that one function given twice is two listeners.
    const own = (error: TensorKitError) => listener(error)
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  cancel(error: TensorKitError): void {
    if (this.#error !== undefined) return
    this.#error = error
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener(error)
  }

  /** Cancels by a user's signal. @returns Lets go of the signal. */
  follow(signal: AbortSignal | undefined): () => void {
    if (signal === undefined) return () => {}
    const onAbort = () => this.cancel(abortedError(signal.reason))
    if (signal.aborted) onAbort()
    else {
      allowMany(signal)
      signal.addEventListener('abort', onAbort, { once: true })
    }
    return () => signal.removeEventListener('abort', onAbort)
  }
}

/** One signal for the many calls of a round is no leak, and Node need not warn of it; who set a bound of their own keeps it. */
function allowMany(signal: AbortSignal): void {
  try {
    if (getMaxListeners(signal) === defaultMaxListeners) setMaxListeners(manyListeners, signal)
  } catch {
    // Node throws for a signal without a bound, and for one that is not its own: neither warns.
  }
}

/** What a cancelled call ends with. */
export const abortedError = (cause?: unknown): TensorKitError =>
  new TensorKitError('CORE_ABORTED', 'The call was aborted', { ...(cause !== undefined && { cause }) })
