import type { NeuronDirectory, Ss58Address } from '@tensorkit/core'
import type { WaitOptions } from '@tensorkit/subtensor'
import type { MetagraphSnapshot } from './metagraph-snapshot.js'
import type { Neuron } from './neuron.js'

/** How {@link Metagraph.subscribe} behaves. */
export interface SubscribeMetagraphOptions {
  /** When to read anew: at each new block, or once an epoch has run. @defaultValue `'block'` */
  readonly every?: 'block' | 'epoch' | undefined
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A subnet that is followed: it holds the newest snapshot, and answers from it.
 *
 * As a {@link NeuronDirectory} it can be given to an axon, which then admits by the snapshot of the last `sync`.
 */
export interface Metagraph extends NeuronDirectory {
  /** The newest snapshot. Keep it to work on one state; it does not change. */
  readonly snapshot: MetagraphSnapshot
  get(hotkey: Ss58Address | string): Neuron | undefined
  all(): readonly Neuron[]
  /**
   * Reads the subnet anew at the best block. If that fails, the old snapshot stays.
   *
   * @returns The new snapshot.
   * @throws METAGRAPH_NOT_FOUND, CHAIN_INCOMPATIBLE, the connection's errors.
   */
  sync(options?: WaitOptions): Promise<MetagraphSnapshot>
  /**
   * Follows the chain: a new snapshot at each block or epoch. Blocks are skipped while the reader is busy.
   *
   * A failed read ends the iteration with its error, unless it may succeed later: then the next block tries again.
   */
  subscribe(options?: SubscribeMetagraphOptions): AsyncIterable<MetagraphSnapshot>
}
