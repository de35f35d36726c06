import { defineStorage, identity, optionalMap, twox64, value } from '../../framework/storage-item.js'
import { btreeSet, tuple, vec } from '../../types/compounds.js'
import { bytes, netUid, u32, u64 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'
import { registration, usageTracker } from './types.js'

const perHotkey = [identity(netUid), twox64(accountId)] as const

/** What neurons have published. Times in blocks. */
export const commitments = defineStorage('Commitments', {
  /** Those with a field that is sealed. */
  TimelockedIndex: value(btreeSet(tuple(netUid, accountId)), []),
  CommitmentOf: optionalMap(perHotkey, registration),
  LastCommitment: optionalMap(perHotkey, u32),
  LastBondsReset: optionalMap(perHotkey, u32),
  /** Text and block of what was sealed. */
  RevealedCommitments: optionalMap(perHotkey, vec(tuple(bytes, u64))),
  UsedSpaceOf: optionalMap(perHotkey, usageTracker),
  /** Bytes that a hotkey may publish in an epoch. */
  MaxSpace: value(u32, 3100),
})
