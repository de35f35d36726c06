import { TensorKitError } from '@tensorkit/core'

/** Memory that a reply may take, or does take. */
export interface Reservation {
  /** Gives back what turned out not to be needed. */
  shrinkTo(bytes: number): void
  /** Gives back the rest. */
  release(): void
}

interface Waiting {
  readonly bytes: number
  readonly grant: () => void
}

/** Bounds the bytes of replies in flight or not taken yet; who asks for more waits, first come first served. */
export class ByteBudget {
  readonly #maxBytes: number
  readonly #waiting = new Set<Waiting>()
  #usedBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /**
   * Reserves bytes.
   *
   * @throws DENDRITE_EXHAUSTED after `timeoutMs`, CORE_ABORTED when aborted.
   */
  async reserve(bytes: number, wait: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined }): Promise<Reservation> {
    if (this.#waiting.size > 0 || !this.#fits(bytes)) await this.#wait(bytes, wait)
    else this.#usedBytes += bytes
    let held = bytes
    const giveBack = (count: number) => {
      held -= count
      this.#usedBytes -= count
      if (this.#waiting.size > 0) this.#wake()
    }
    return {
      shrinkTo: (needed) => {
        if (needed < held) giveBack(held - needed)
      },
      release: () => giveBack(held),
    }
  }

  // What is larger than the whole budget may go alone.
  #fits(bytes: number): boolean {
    return this.#usedBytes === 0 || this.#usedBytes + bytes <= this.#maxBytes
  }

  #wait(bytes: number, { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined }): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#waiting.delete(waiting)
      }
      const waiting: Waiting = {
        bytes,
        grant: () => {
          leave()
          this.#usedBytes += bytes
          resolve()
        },
      }
      const fail = (error: TensorKitError) => {
        leave()
        reject(error)
        // Who left may have been the one that the others waited behind.
        this.#wake()
      }
      const timer = setTimeout(
        () =>
          fail(
            new TensorKitError('DENDRITE_EXHAUSTED', 'There was no room for another reply', {
              remedy: 'Take the replies of running queries, or allow more bytes in flight.',
            }),
          ),
        timeoutMs,
      )
      const onAbort = () => fail(new TensorKitError('CORE_ABORTED', 'The call was aborted', { cause: signal?.reason }))
      this.#waiting.add(waiting)
      if (signal?.aborted === true) onAbort()
      else signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  #wake(): void {
    for (const next of this.#waiting) {
      if (!this.#fits(next.bytes)) return
      next.grant()
    }
  }
}
