import type { Storage } from '../../../state/storage.js'
import { ensure } from './errors.js'
import { rememberStakingHotkey } from './stake-pool.js'
import { stake } from './storage/stake.js'
import { isSubnetAccount } from './subnet-account.js'

/** Whether a hotkey has an owner. */
export const hotkeyExists = (db: Storage, hotkey: string): boolean => stake.Owner.has(db, hotkey)

/** Whether a coldkey owns a hotkey. */
export const owns = (db: Storage, coldkey: string, hotkey: string): boolean =>
  hotkeyExists(db, hotkey) && stake.Owner.get(db, hotkey) === coldkey

/** Gives a hotkey that nobody owns to a coldkey. */
export function createHotkey(db: Storage, coldkey: string, hotkey: string): void {
  ensure(!isSubnetAccount(hotkey), 'CannotUseSystemAccount')
  if (hotkeyExists(db, hotkey)) return
  stake.Owner.set(db, hotkey, coldkey)
  const owned = stake.OwnedHotkeys.get(db, coldkey)
  if (!owned.includes(hotkey)) stake.OwnedHotkeys.set(db, coldkey, [...owned, hotkey])
  rememberStakingHotkey(db, coldkey, hotkey)
}

/** Writes down the take of a hotkey that others stake on. */
export function becomeDelegate(db: Storage, hotkey: string): void {
  if (!stake.Delegates.has(db, hotkey)) stake.Delegates.set(db, hotkey, stake.Delegates.get(db, hotkey))
}
