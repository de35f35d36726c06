import type { Storage } from '../../../state/storage.js'
import type { RuntimeCall } from '../../framework/call.js'
import { keySwaps } from './storage/key-swaps.js'

/** What a coldkey whose swap is announced can still do. */
const allowed = new Set(['announce_coldkey_swap', 'swap_coldkey_announced', 'dispute_coldkey_swap', 'clear_coldkey_swap_announcement'])

const isAllowed = ({ type, value }: RuntimeCall): boolean =>
  (type === 'SubtensorModule' && allowed.has(value.type)) || (type === 'MevShield' && value.type === 'submit_encrypted')

/**
 * Why a coldkey cannot call, if it cannot: its swap is announced, or disputed.
 *
 * Source: subtensor `CheckColdkeySwap`, spec 424.
 */
export function coldkeyGuard(db: Storage, who: string, call: RuntimeCall): 'ColdkeySwapAnnounced' | 'ColdkeySwapDisputed' | undefined {
  if (!keySwaps.ColdkeySwapAnnouncements.has(db, who)) return undefined
  if (keySwaps.ColdkeySwapDisputes.has(db, who)) return 'ColdkeySwapDisputed'
  return isAllowed(call) ? undefined : 'ColdkeySwapAnnounced'
}
