import { TensorKitError } from '@tensorkit/core'
import type { IncomingCall } from '../transport/incoming-call.js'

/** How long a handler may go on once its call is over, in ms. */
export const handlerGraceMs = 10_000

/**
 * Waits for a handler, but not for ever once its call is over: what ignores its signal must not keep its place.
 *
 * Such a handler goes on in the background, and what it gives is dropped.
 */
export class HandlerWatch {
  #reject: ((error: TensorKitError) => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #isStuck = false
  #isDone = false

  constructor(call: Pick<IncomingCall, 'onOver'>) {
    call.onOver(() => {
      if (this.#isDone) return
      this.#timer = setTimeout(() => {
        this.#isStuck = true
        this.#reject?.(stuck())
      }, handlerGraceMs)
      this.#timer.unref()
    })
  }

  /** Whether the time was up. */
  get isStuck(): boolean {
    return this.#isStuck
  }

  /** Waits for one step of the handler; one at a time. @throws AXON_HANDLER_FAILED when its time is up. */
  wait<T>(step: PromiseLike<T>): Promise<T> {
    if (this.#isStuck) return Promise.reject(stuck())
    return new Promise((resolve, reject) => {
      this.#reject = reject
      step.then(resolve, reject)
    })
  }

  /** Stops watching. */
  done(): void {
    this.#isDone = true
    clearTimeout(this.#timer)
  }
}

const stuck = () =>
  new TensorKitError('AXON_HANDLER_FAILED', 'A handler went on after its call was over', {
    facts: { graceMs: handlerGraceMs },
    remedy: 'Pass context.signal on to everything that waits, or run the work in a pool of @tensorkit/axon/workers.',
  })
