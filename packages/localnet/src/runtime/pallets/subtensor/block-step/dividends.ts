import type { DividendEarner } from '../../../../coinbase/distribute-epoch.js'
import { splitDividend } from '../../../../coinbase/parent-dividends.js'
import type { Storage } from '../../../../state/storage.js'
import { childTakeOf } from '../children.js'
import { recycleSubnetAlpha } from '../recycle-alpha.js'
import { hotkeyAlpha } from '../stake-pool.js'
import { children } from '../storage/children.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { stake } from '../storage/stake.js'

/** A hotkey that dividends go to. */
export interface HotkeyEarner extends DividendEarner {
  readonly hotkey: string
}

const ownStake = (db: Storage, hotkey: string, netuid: number) => ({
  alpha: hotkeyAlpha(db, hotkey, netuid),
  root: hotkeyAlpha(db, hotkey, 0),
})

/** Splits what validators earned among them and their parents; what is burned on the way goes out of the issuance. */
function earnedByHotkey(db: Storage, netuid: number, validators: readonly { hotkey: string; dividend: bigint }[]): Map<string, bigint> {
  const taoWeight = hyperparameters.TaoWeight.get(db)
  const burn = children.CKBurn.get(db)
  const earned = new Map<string, bigint>()
  const add = (hotkey: string, amount: bigint) => earned.set(hotkey, (earned.get(hotkey) ?? 0n) + amount)
  for (const { hotkey, dividend } of validators) {
    const parents = stake.ParentKeys.get(db, hotkey, netuid)
    if (parents.length === 0) {
      add(hotkey, dividend)
      continue
    }
    const owner = stake.Owner.get(db, hotkey)
    const split = splitDividend({
      dividend,
      stake: ownStake(db, hotkey, netuid),
      children: stake.ChildKeys.get(db, hotkey, netuid).map(([proportion]) => proportion),
      parents: parents.map(([proportion, parent]) => ({
        proportion,
        ...ownStake(db, parent, netuid),
        sameOwner: stake.Owner.get(db, parent) === owner,
      })),
      childTake: childTakeOf(db, hotkey, netuid),
      burn,
      taoWeight,
    })
    parents.forEach(([, parent], i) => {
      add(parent, split.parents[i] ?? 0n)
    })
    add(hotkey, split.own)
    recycleSubnetAlpha(db, netuid, split.recycled)
  }
  return earned
}

/** All hotkeys that an epoch's dividends go to, in the order of their keys. */
export function dividendEarners(db: Storage, netuid: number, validators: readonly { hotkey: string; dividend: bigint }[]): HotkeyEarner[] {
  return [...earnedByHotkey(db, netuid, validators)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([hotkey, dividend]) => {
      const { alpha, root } = ownStake(db, hotkey, netuid)
      return { hotkey, dividend, alphaStake: alpha, rootStake: root, take: stake.Delegates.get(db, hotkey) }
    })
}
