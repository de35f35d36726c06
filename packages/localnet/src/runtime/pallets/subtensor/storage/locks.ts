import { blake2, defineStorage, identity, map, optionalMap, value } from '../../../framework/storage-item.js'
import { bool, netUid, u64, u128, unit } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { lockState } from '../types.js'

const perSubnet = [identity(netUid)] as const
const perSubnetAndHotkey = [identity(netUid), blake2(accountId)] as const

/** Stake that its coldkey has locked to a hotkey, and the conviction that grows from it. */
export const locks = defineStorage('SubtensorModule', {
  /** By coldkey, netuid, hotkey. */
  Lock: optionalMap([blake2(accountId), identity(netUid), blake2(accountId)], lockState),
  /** By netuid, hotkey, coldkey. */
  LockingColdkeys: optionalMap([identity(netUid), blake2(accountId), blake2(accountId)], unit),
  HotkeyLock: optionalMap(perSubnetAndHotkey, lockState),
  DecayingHotkeyLock: optionalMap(perSubnetAndHotkey, lockState),
  OwnerLock: optionalMap(perSubnet, lockState),
  DecayingOwnerLock: optionalMap(perSubnet, lockState),
  /** Whether a coldkey's lock on a subnet decays. */
  DecayingLock: optionalMap([blake2(accountId), identity(netUid)], bool),
  OwnerCutAutoLockEnabled: map(perSubnet, bool, false),
  /** Blocks in which conviction comes to 1 − 1/e of the locked mass. */
  MaturityRate: value(u64, 934_866n),
  /** Blocks in which a decaying lock falls to 1/e. */
  UnlockRate: value(u64, 934_866n),
  /** Bit set of an account: bit 0 refuses locked alpha of others. */
  AccountFlags: map([blake2(accountId)], u128, 0n),
})
