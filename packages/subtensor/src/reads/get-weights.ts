import { netUid, type Uid, uid } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { ReadOptions } from './read-block.js'
import { readSubtensorItem, subtensorItem } from './read-storage.js'

/** The weight that one neuron gives another: a u16 of the chain, 65535 being the row's largest. */
export interface WeightEntry {
  readonly uid: Uid
  readonly weight: number
}

/** Mechanisms share one map: its key is mechid times this plus netuid. Source: pallet-subtensor `subnets/mechanism.rs`. */
export const MECHANISM_STRIDE = 4096

/**
 * The weights that a neuron set, as the chain stores them; empty if it set none.
 *
 * @param client - The connection.
 * @param options - `uid` is the neuron that set them, `mechid` the mechanism (0 by default).
 * @throws CORE_INVALID_ARGUMENT for numbers that are no u16; the connection's errors.
 *
 * Source: storage `SubtensorModule.Weights`.
 */
export async function getWeights(
  client: ChainClient,
  options: { readonly netuid: number; readonly uid: number; readonly mechid?: number | undefined } & ReadOptions,
): Promise<readonly WeightEntry[]> {
  const index = netUid((options.mechid ?? 0) * MECHANISM_STRIDE + netUid(options.netuid))
  const row = (await readSubtensorItem(client, subtensorItem('Weights', index, uid(options.uid)), options)) as readonly (readonly [
    number,
    number,
  ])[]
  return row.map(([to, weight]) => ({ uid: uid(to), weight }))
}
