import type { Storage } from '../../../state/storage.js'
import { commitments } from './storage.js'

type Entry = [netuid: number, account: string]

const isOf =
  (netuid: number, who: string) =>
  ([otherNetuid, other]: Entry): boolean =>
    otherNetuid === netuid && other === who

// Sets are stored in the order of their items; hex of one length orders as its bytes do.
const inOrder = ([a, left]: Entry, [b, right]: Entry): number => a - b || (left < right ? -1 : left > right ? 1 : 0)

/** Notes that a commitment has a sealed field. */
export function withTimelock(db: Storage, netuid: number, who: string): void {
  const index = commitments.TimelockedIndex.get(db)
  if (index.some(isOf(netuid, who))) return
  commitments.TimelockedIndex.set(db, [...index, [netuid, who] satisfies Entry].sort(inOrder))
}

/** Notes that a commitment has none. */
export function withoutTimelock(db: Storage, netuid: number, who: string): void {
  const index = commitments.TimelockedIndex.get(db)
  const sealed = isOf(netuid, who)
  if (index.some(sealed))
    commitments.TimelockedIndex.set(
      db,
      index.filter((entry) => !sealed(entry)),
    )
}

/** Forgets all that was published on a subnet. Source: subtensor `pallet_commitments::purge_netuid`, spec 425. */
export function purgeCommitments(db: Storage, netuid: number): void {
  const { CommitmentOf, LastCommitment, LastBondsReset, RevealedCommitments, UsedSpaceOf } = commitments
  for (const item of [CommitmentOf, LastCommitment, LastBondsReset, RevealedCommitments, UsedSpaceOf]) item.removeAll(db, netuid)
  const index = commitments.TimelockedIndex.get(db)
  const kept = index.filter(([other]) => other !== netuid)
  if (kept.length < index.length) commitments.TimelockedIndex.set(db, kept)
}
