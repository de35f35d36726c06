import { netUid, type Ss58Address } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { ReadOptions } from './read-block.js'
import { readSubtensorItem, subtensorItem } from './read-storage.js'

/**
 * The alpha staked on a hotkey on one subnet, by all coldkeys, in rao of that subnet's alpha (TAO on the root network).
 *
 * This is without the TAO staked on root, which the metagraph's `totalStake` counts in by its weight.
 *
 * @throws CORE_INVALID_ARGUMENT for a netuid that is no u16; the connection's errors.
 *
 * Source: storage `SubtensorModule.TotalHotkeyAlpha`.
 */
export async function getStake(client: ChainClient, options: { readonly netuid: number; readonly hotkey: Ss58Address | string } & ReadOptions): Promise<bigint> {
  return (await readSubtensorItem(client, subtensorItem('TotalHotkeyAlpha', options.hotkey, netUid(options.netuid)), options)) as bigint
}
