import { defineStorage, optionalMap, twox64, value } from '../../../framework/storage-item.js'
import { tuple } from '../../../types/compounds.js'
import { netUid, u16, u32, u64 } from '../../../types/primitives.js'
import { accountId, h160, h256 } from '../../../types/well-known.js'

/** Coldkeys on their way to another, and Ethereum keys of hotkeys. Times in blocks. */
export const keySwaps = defineStorage('SubtensorModule', {
  ColdkeySwapAnnouncementDelay: value(u32, 36_000),
  ColdkeySwapReannouncementDelay: value(u32, 7200),
  /** From when the swap may be, and the new coldkey's hash. */
  ColdkeySwapAnnouncements: optionalMap([twox64(accountId)], tuple(u32, h256)),
  /** The block of the dispute. */
  ColdkeySwapDisputes: optionalMap([twox64(accountId)], u32),
  /** By netuid and uid: the address, and the block in which it was given. */
  AssociatedEvmAddress: optionalMap([twox64(netUid), twox64(u16)], tuple(h160, u64)),
})
