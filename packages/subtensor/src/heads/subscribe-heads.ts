import { TensorKitError } from '@tensorkit/core'
import type { BlockRef } from '../backend/chain-backend.js'
import type { ChainClient } from '../chain-client.js'
import { BoundedQueue } from './bounded-queue.js'

/** How {@link subscribeHeads} behaves. */
export interface SubscribeHeadsOptions {
  /** @defaultValue `'best'`: a neuron acts on what is newest; finality lags some blocks. */
  readonly finality?: 'best' | 'finalized' | undefined
  /**
   * How many unread heads are kept; beyond, the oldest goes.
   *
   * @defaultValue 16: a reader that is further behind wants the newest, not history
   */
  readonly capacity?: number | undefined
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal | undefined
}

/**
 * New heads as they come, beginning with the present one.
 *
 * Goes on after a reconnect; heads may be missing then, and numbers may repeat after a fork.
 *
 * @returns An iterator to be read by one reader; leaving the loop ends the subscription.
 * @throws From the iteration: CHAIN_DISCONNECTED once the connection is lost for good, CORE_CLOSED after `close()`.
 *
 * @example
 * ```ts
 * for await (const { number } of subtensor.subscribeHeads({ signal })) console.log(number)
 * ```
 *
 * Source: JSON-RPC `chain_subscribeNewHeads`, `chain_subscribeFinalizedHeads`.
 */
export function subscribeHeads(client: ChainClient, options: SubscribeHeadsOptions = {}): AsyncIterableIterator<BlockRef> {
  const { finality = 'best', capacity = 16, signal } = options
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'capacity must be an integer from 1', { facts: { capacity } })
  }
  let unsubscribe: (() => void) | undefined
  let forget: (() => void) | undefined
  let ended = false
  const onAbort = () => queue.end()
  const queue = new BoundedQueue<BlockRef>(capacity, () => {
    ended = true
    signal?.removeEventListener('abort', onAbort)
    forget?.()
    unsubscribe?.()
  })
  if (signal?.aborted) {
    queue.end()
    return queue
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  forget = client.backend.onClosed((error) => queue.end(error))
  client.backend
    .onHead(finality, (head) => queue.push(head), { signal })
    .then(
      (stop) => {
        unsubscribe = stop
        if (ended) stop()
      },
      (error: unknown) => queue.end(error),
    )
  return queue
}
