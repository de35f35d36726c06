import type { Storage } from '../../../state/storage.js'
import { addFloat, floatOf, floatToU64, isZeroFloat, mulDivFloat, type SafeFloat, subFloat } from './safe-float.js'
import { stake } from './storage/stake.js'

/** Whose stake: a coldkey's on a hotkey of a subnet. */
export interface StakeKey {
  readonly hotkey: string
  readonly coldkey: string
  readonly netuid: number
}

const setTotal = (db: Storage, hotkey: string, netuid: number, alpha: bigint): void =>
  alpha === 0n ? stake.TotalHotkeyAlpha.remove(db, hotkey, netuid) : stake.TotalHotkeyAlpha.set(db, hotkey, netuid, alpha)

/** What all stake on a hotkey comes to, in alpha's rao. */
export const hotkeyAlpha = (db: Storage, hotkey: string, netuid: number): bigint => stake.TotalHotkeyAlpha.get(db, hotkey, netuid)

/** What a coldkey's stake on a hotkey comes to, in alpha's rao: its share of the hotkey's alpha. */
export function stakeOf(db: Storage, { hotkey, coldkey, netuid }: StakeKey): bigint {
  const share = stake.AlphaV2.get(db, hotkey, coldkey, netuid)
  if (isZeroFloat(share)) return 0n
  return floatToU64(mulDivFloat(floatOf(hotkeyAlpha(db, hotkey, netuid)), share, stake.TotalHotkeySharesV2.get(db, hotkey, netuid)))
}

/** The shares that an amount buys, given those that exist. */
function sharesFor(db: Storage, hotkey: string, netuid: number, amount: bigint): SafeFloat {
  const shares = stake.TotalHotkeySharesV2.get(db, hotkey, netuid)
  // The first to stake gets as many shares as alpha.
  return isZeroFloat(shares) ? floatOf(amount) : mulDivFloat(floatOf(amount), shares, floatOf(hotkeyAlpha(db, hotkey, netuid)))
}

/** Whether an amount is large enough to buy a share. */
export const buysShare = (db: Storage, hotkey: string, netuid: number, amount: bigint): boolean =>
  isZeroFloat(stake.TotalHotkeySharesV2.get(db, hotkey, netuid)) || !isZeroFloat(sharesFor(db, hotkey, netuid, amount))

/** Remembers that a coldkey stakes on a hotkey. */
export function rememberStakingHotkey(db: Storage, coldkey: string, hotkey: string): void {
  const hotkeys = stake.StakingHotkeys.get(db, coldkey)
  if (!hotkeys.includes(hotkey)) stake.StakingHotkeys.set(db, coldkey, [...hotkeys, hotkey])
}

const setShare = (db: Storage, { hotkey, coldkey, netuid }: StakeKey, share: SafeFloat): void =>
  isZeroFloat(share) ? stake.AlphaV2.remove(db, hotkey, coldkey, netuid) : stake.AlphaV2.set(db, hotkey, coldkey, netuid, share)

const setShares = (db: Storage, hotkey: string, netuid: number, shares: SafeFloat): void =>
  isZeroFloat(shares) ? stake.TotalHotkeySharesV2.remove(db, hotkey, netuid) : stake.TotalHotkeySharesV2.set(db, hotkey, netuid, shares)

/** Adds alpha to one coldkey's stake. */
export function increaseStake(db: Storage, key: StakeKey, amount: bigint): void {
  if (amount === 0n) return
  const { hotkey, coldkey, netuid } = key
  rememberStakingHotkey(db, coldkey, hotkey)
  const bought = sharesFor(db, hotkey, netuid, amount)
  setShares(db, hotkey, netuid, addFloat(stake.TotalHotkeySharesV2.get(db, hotkey, netuid), bought))
  setShare(db, key, addFloat(stake.AlphaV2.get(db, hotkey, coldkey, netuid), bought))
  increaseStakeOfAll(db, hotkey, netuid, amount)
}

/**
 * Takes alpha out of one coldkey's stake. Where there is less than that, nothing is taken.
 *
 * Source: subtensor `decrease_stake_for_hotkey_and_coldkey_on_subnet`, share-pool `update_value_for_one`, spec 424.
 */
export function decreaseStake(db: Storage, key: StakeKey, amount: bigint): void {
  if (amount === 0n || stakeOf(db, key) < amount) return
  const { hotkey, coldkey, netuid } = key
  const shares = stake.TotalHotkeySharesV2.get(db, hotkey, netuid)
  const share = stake.AlphaV2.get(db, hotkey, coldkey, netuid)
  const sold = sharesFor(db, hotkey, netuid, amount)
  setShares(db, hotkey, netuid, subFloat(shares, sold) ?? shares)
  setShare(db, key, subFloat(share, sold) ?? share)
  setTotal(db, hotkey, netuid, hotkeyAlpha(db, hotkey, netuid) - amount)
}

/** Adds alpha to the stake of all who stake on a hotkey, in proportion. */
export const increaseStakeOfAll = (db: Storage, hotkey: string, netuid: number, amount: bigint): void =>
  setTotal(db, hotkey, netuid, hotkeyAlpha(db, hotkey, netuid) + amount)
