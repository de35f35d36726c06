import { blake2, defineStorage, identity, map, value } from '../../../framework/storage-item.js'
import { netUid, u64 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'

const perAccount = [identity(accountId)] as const

/** How long accounts wait between calls, and when they last called; in blocks. */
export const limits = defineStorage('SubtensorModule', {
  TxRateLimit: value(u64, 1000n),
  TxDelegateTakeRateLimit: value(u64, 216_000n),
  TxChildkeyTakeRateLimit: value(u64, 216_000n),
  LastTxBlock: map(perAccount, u64, 0n),
  LastTxBlockChildKeyTake: map(perAccount, u64, 0n),
  LastTxBlockDelegateTake: map(perAccount, u64, 0n),
  LastHotkeySwapOnNetuid: map([identity(netUid), blake2(accountId)], u64, 0n),
})
