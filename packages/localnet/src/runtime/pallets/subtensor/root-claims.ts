import { I96F32 } from '../../../consensus/fixed-point.js'
import type { Storage } from '../../../state/storage.js'
import { hotkeyAlpha, increaseStake, type StakeKey, stakeOf } from './stake-pool.js'
import { rootClaims } from './storage/root-claims.js'
import { stake } from './storage/stake.js'

/** Whose claim: a coldkey's stake on a hotkey of root. */
export type RootStaker = Omit<StakeKey, 'netuid'>

/** What an amount of root stake has earned since the first dividend, at a rate; whole rao. */
const earnedBy = (amount: bigint, rate: bigint): bigint => {
  const earned = I96F32.mul(rate, I96F32.fromInt(amount)) >> BigInt(I96F32.fractionBits)
  return earned > 0n ? earned : 0n
}

/**
 * Stake that comes to root has no claim to what was earned before it: that counts as claimed.
 *
 * Source: subtensor `add_stake_adjust_root_claimed_for_hotkey_and_coldkey`, spec 424.
 */
export function addRootClaimed(db: Storage, { hotkey, coldkey }: RootStaker, amount: bigint): void {
  for (const [netuid, rate] of stake.RootClaimable.get(db, hotkey)) {
    const claimed = rootClaims.RootClaimed.get(db, netuid, hotkey, coldkey)
    rootClaims.RootClaimed.set(db, netuid, hotkey, coldkey, claimed + earnedBy(amount, rate.bits))
  }
}

/**
 * Stake that leaves root takes along what counts as claimed for it; what it could still have claimed is given up.
 *
 * Source: subtensor `remove_stake_adjust_root_claimed_for_hotkey_and_coldkey`, spec 424.
 */
export function removeRootClaimed(db: Storage, { hotkey, coldkey }: RootStaker, amount: bigint): void {
  for (const [netuid, rate] of stake.RootClaimable.get(db, hotkey)) {
    if (netuid === 0) continue
    const claimed = rootClaims.RootClaimed.get(db, netuid, hotkey, coldkey)
    const earned = earnedBy(amount, rate.bits)
    rootClaims.RootClaimed.set(db, netuid, hotkey, coldkey, claimed > earned ? claimed - earned : 0n)
  }
}

/** Numbers a coldkey among those whose claims are made for them. */
export function addRootStaker(db: Storage, coldkey: string): void {
  if (rootClaims.StakingColdkeys.has(db, coldkey)) return
  const number = rootClaims.NumStakingColdkeys.get(db)
  rootClaims.StakingColdkeysByIndex.set(db, number, coldkey)
  rootClaims.StakingColdkeys.set(db, coldkey, number)
  rootClaims.NumStakingColdkeys.set(db, number + 1n)
}

/** Takes a coldkey out of the numbering; the last one gets its number. */
export function removeRootStaker(db: Storage, coldkey: string): void {
  const number = rootClaims.StakingColdkeys.get(db, coldkey)
  if (number === undefined) return
  rootClaims.StakingColdkeys.remove(db, coldkey)
  const last = rootClaims.NumStakingColdkeys.get(db) - 1n
  const moved = rootClaims.StakingColdkeysByIndex.get(db, last)
  rootClaims.StakingColdkeysByIndex.remove(db, last)
  if (number !== last && moved !== undefined) {
    rootClaims.StakingColdkeysByIndex.set(db, number, moved)
    rootClaims.StakingColdkeys.set(db, moved, number)
  }
  rootClaims.NumStakingColdkeys.set(db, last)
}

/** Whether a coldkey has stake on any hotkey of root. */
export const hasRootStake = (db: Storage, coldkey: string): boolean =>
  stake.StakingHotkeys.get(db, coldkey).some((hotkey) => stakeOf(db, { hotkey, coldkey, netuid: 0 }) > 0n)

/**
 * Makes a subnet's root dividends of a hotkey claimable by those who stake on it on root: as a rate for each rao. Where
 * there is more alpha than stake, the hotkey's owner gets it all.
 *
 * Source: subtensor `increase_root_claimable_for_hotkey_and_subnet`, spec 424.
 */
export function increaseRootClaimable(db: Storage, hotkey: string, netuid: number, amount: bigint): void {
  const total = hotkeyAlpha(db, hotkey, 0)
  if (amount > total) {
    increaseStake(db, { hotkey, coldkey: stake.Owner.get(db, hotkey), netuid }, amount)
    return
  }
  const increment = I96F32.safeDiv(I96F32.fromInt(amount), I96F32.fromInt(total))
  const rates = stake.RootClaimable.get(db, hotkey)
  const known = rates.some(([of]) => of === netuid)
  // The chain writes down a rate of 0 too.
  if (known && increment === 0n) return
  const after = known
    ? rates.map(([of, rate]): [number, { bits: bigint }] => [of, of === netuid ? { bits: I96F32.add(rate.bits, increment) } : rate])
    : [...rates, [netuid, { bits: increment }] as [number, { bits: bigint }]].sort(([a], [b]) => a - b)
  stake.RootClaimable.set(db, hotkey, after)
}

/**
 * What a coldkey's stake on a hotkey of root has earned on a subnet and not claimed yet.
 *
 * @returns I96F32 bits, which may be negative, and whole alpha in rao, which is not.
 *
 * Source: subtensor `get_root_owed_for_hotkey_coldkey_float`, spec 424.
 */
export function owedToRoot(
  db: Storage,
  netuid: number,
  { hotkey, coldkey }: RootStaker,
): { readonly bits: bigint; readonly alpha: bigint } {
  const rate = stake.RootClaimable.get(db, hotkey).find(([of]) => of === netuid)?.[1].bits ?? 0n
  const earned = I96F32.mul(rate, I96F32.fromInt(stakeOf(db, { hotkey, coldkey, netuid: 0 })))
  const bits = I96F32.sub(earned, I96F32.fromInt(rootClaims.RootClaimed.get(db, netuid, hotkey, coldkey)))
  return { bits, alpha: I96F32.toU64(bits) }
}

/** Adds what counts as claimed by one staker to that of another. Source: subtensor `transfer_root_claimed_for_new_keys`, spec 424. */
export function moveRootClaimed(db: Storage, netuid: number, from: RootStaker, to: RootStaker): void {
  const moved = rootClaims.RootClaimed.get(db, netuid, from.hotkey, from.coldkey)
  rootClaims.RootClaimed.remove(db, netuid, from.hotkey, from.coldkey)
  const before = rootClaims.RootClaimed.get(db, netuid, to.hotkey, to.coldkey)
  rootClaims.RootClaimed.set(db, netuid, to.hotkey, to.coldkey, before + moved)
}

/** Adds the rates of one hotkey to those of another. Source: subtensor `transfer_root_claimable_for_new_hotkey`, spec 424. */
export function moveRootClaimable(db: Storage, from: string, to: string): void {
  const rates = new Map(stake.RootClaimable.get(db, to).map(([netuid, { bits }]) => [netuid, bits]))
  for (const [netuid, { bits }] of stake.RootClaimable.get(db, from)) rates.set(netuid, I96F32.add(rates.get(netuid) ?? 0n, bits))
  stake.RootClaimable.remove(db, from)
  const sorted = [...rates].sort(([a], [b]) => a - b).map(([netuid, bits]): [number, { bits: bigint }] => [netuid, { bits }])
  stake.RootClaimable.set(db, to, sorted)
}
