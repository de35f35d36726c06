import { netUid, rao, type Tao } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { ReadOptions } from './read-block.js'
import { readSubtensorItem, subtensorItem } from './read-storage.js'

/**
 * What registering a neuron costs now. It rises with each registration and falls with each block.
 *
 * @throws CORE_INVALID_ARGUMENT for a netuid that is no u16; the connection's errors.
 *
 * Source: storage `SubtensorModule.Burn`.
 */
export async function getBurn(client: ChainClient, options: { readonly netuid: number } & ReadOptions): Promise<Tao> {
  return rao((await readSubtensorItem(client, subtensorItem('Burn', netUid(options.netuid)), options)) as bigint)
}
