import { type Alpha, alphaRao, netUid, type Ss58Address } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { ReadOptions } from './read-block.js'
import { readSubtensorItem, subtensorItem } from './read-storage.js'

/**
 * The alpha staked on a hotkey on one subnet, by all coldkeys. On the root network (0) alpha is TAO, one to one.
 *
 * This is without the TAO staked on root, which the metagraph's `totalStake` counts in by its weight.
 *
 * @throws CORE_INVALID_ARGUMENT for a netuid that is no u16; the connection's errors.
 *
 * Source: storage `SubtensorModule.TotalHotkeyAlpha`.
 */
export async function getStake(
  client: ChainClient,
  options: { readonly netuid: number; readonly hotkey: Ss58Address | string } & ReadOptions,
): Promise<Alpha> {
  const netuid = netUid(options.netuid)
  return alphaRao((await readSubtensorItem(client, subtensorItem('TotalHotkeyAlpha', options.hotkey, netuid), options)) as bigint, netuid)
}
