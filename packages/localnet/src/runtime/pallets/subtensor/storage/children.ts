import { blake2, defineStorage, identity, map, value } from '../../../framework/storage-item.js'
import { tuple, vec } from '../../../types/compounds.js'
import { bool, netUid, u16, u64 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'

const child = tuple(u64, accountId)

/** Stake that a hotkey lends to others: proportions of 2^64 − 1, takes of 65535, times in blocks. */
export const children = defineStorage('SubtensorModule', {
  /** Children to come, and the block from which they may. */
  PendingChildKeys: map([identity(netUid), blake2(accountId)], tuple(vec(child), u64), [[], 0n]),
  PendingChildKeyCooldown: value(u64, 7200n),
  ChildkeyTake: map([blake2(accountId), identity(netUid)], u16, 0),
  MinChildkeyTake: value(u16, 0),
  MaxChildkeyTake: value(u16, 11_796),
  MinChildkeyTakePerSubnet: map([identity(netUid)], u16, 0),
  /** Share of a child's dividends that is burned where the parent is another coldkey's. */
  CKBurn: value(u64, 0n),
  AutoParentDelegationEnabled: map([blake2(accountId)], bool, true),
})
