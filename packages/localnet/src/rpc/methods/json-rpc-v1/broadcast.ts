import { TensorKitError } from '@tensorkit/core'
import type { Chain } from '../../../block/chain.js'
import type { SubmitResult } from '../../../pool/transaction-pool.js'

/** What a {@link Broadcast} needs. */
export interface BroadcastOptions {
  readonly chain: Chain
  readonly bytes: Uint8Array
  /** Ends it. */
  readonly signal: AbortSignal
}

/**
 * A transaction that is to get into the pool: where the pool has no room for it, it is tried again at every block. Whether it was
 * any good its sender sees in the blocks; nothing else is told.
 */
export class Broadcast {
  readonly #options: BroadcastOptions
  readonly #stop: () => void = () => {}
  #isOver = false

  constructor(options: BroadcastOptions) {
    this.#options = options
    if (this.#isSettled()) {
      this.#isOver = true
      return
    }
    const stop = (): void => {
      this.#isOver = true
      unlisten()
      options.signal.removeEventListener('abort', stop)
    }
    const unlisten = options.chain.onBlock(() => {
      if (this.#isSettled()) stop()
    })
    options.signal.addEventListener('abort', stop)
    this.#stop = stop
  }

  /** Whether nothing more will be tried. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Tries no more; what is in the pool stays there. */
  stop(): void {
    this.#stop()
  }

  /** Tries once. @returns Whether trying again is of no use. */
  #isSettled(): boolean {
    let result: SubmitResult
    try {
      result = this.#options.chain.pool.submit(this.#options.bytes)
    } catch (error) {
      if (!TensorKitError.isInstance(error)) throw error
      return true
    }
    return result.ok || !['ImmediatelyDropped', 'TemporarilyBanned'].includes(result.refusal.kind)
  }
}
