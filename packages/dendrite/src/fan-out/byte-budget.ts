import { TensorKitError } from '@tensorkit/core'
import type { WaitOptions } from './gate.js'

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

  /** Reserves bytes, if that is possible at once. */
  tryReserve(bytes: number): Reservation | undefined {
    if (this.#waiting.size > 0 || !this.#fits(bytes)) return undefined
    this.#usedBytes += bytes
    return this.#reservation(bytes)
  }

  /**
   * Reserves bytes, now or later.
   *
   * @throws DENDRITE_TIMEOUT after `timeoutMs`, CORE_ABORTED when cancelled.
   */
  async reserve(bytes: number, wait: WaitOptions): Promise<Reservation> {
    const reservation = this.tryReserve(bytes)
    if (reservation !== undefined) return reservation
    await this.#wait(bytes, wait)
    return this.#reservation(bytes)
  }

  #reservation(bytes: number): Reservation {
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

  #wait(bytes: number, { timeoutMs, cancel }: WaitOptions): Promise<void> {
    cancel?.throwIfCancelled()
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        uncancel?.()
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
            new TensorKitError('DENDRITE_TIMEOUT', 'There was no room for the reply in time', {
              facts: { waitedFor: 'room', bytes, maxBytes: this.#maxBytes },
              remedy: 'Take the replies of running queries, lower maxReplyBytes, or allow more bytes in flight.',
            }),
          ),
        timeoutMs,
      )
      this.#waiting.add(waiting)
      const uncancel = cancel?.onCancel(fail)
    })
  }

  #wake(): void {
    for (const next of this.#waiting) {
      if (!this.#fits(next.bytes)) return
      next.grant()
    }
  }
}
