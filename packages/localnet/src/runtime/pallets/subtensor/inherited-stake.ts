import { inheritedStake } from '../../../consensus/inherited-stake.js'
import type { Storage } from '../../../state/storage.js'
import { hotkeyAlpha } from './stake-pool.js'
import { stake } from './storage/stake.js'

/** Alpha on a subnet and TAO on root that count for a hotkey there, in rao: what it lends to children counts for them. */
export function stakesOf(db: Storage, netuid: number, hotkey: string): { readonly alpha: bigint; readonly tao: bigint } {
  const own = { alpha: hotkeyAlpha(db, hotkey, netuid), tao: hotkeyAlpha(db, hotkey, 0) }
  const lent = stake.ChildKeys.get(db, hotkey, netuid)
  const borrowed = stake.ParentKeys.get(db, hotkey, netuid)
  if (lent.length === 0 && borrowed.length === 0) return own
  const children = lent.map(([proportion]) => proportion)
  const parents = (of: number) => borrowed.map(([proportion, parent]) => ({ proportion, stake: hotkeyAlpha(db, parent, of) }))
  return {
    alpha: inheritedStake({ own: own.alpha, children, parents: parents(netuid) }),
    tao: inheritedStake({ own: own.tao, children, parents: parents(0) }),
  }
}
