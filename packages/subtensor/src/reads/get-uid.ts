import { netUid, type Ss58Address, type Uid, uid } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { ReadOptions } from './read-block.js'
import { readSubtensorItem, subtensorItem } from './read-storage.js'

/**
 * The uid of a hotkey on a subnet; undefined if it is not registered there.
 *
 * @throws CORE_INVALID_ARGUMENT for a netuid that is no u16; the connection's errors.
 *
 * Source: storage `SubtensorModule.Uids`.
 */
export async function getUid(
  client: ChainClient,
  options: { readonly netuid: number; readonly hotkey: Ss58Address | string } & ReadOptions,
): Promise<Uid | undefined> {
  const value = await readSubtensorItem(client, subtensorItem('Uids', netUid(options.netuid), options.hotkey), options)
  return value === undefined ? undefined : uid(value as number)
}
