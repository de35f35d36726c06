import { defineStorage, map, optionalMap, twox64 } from '../../../framework/storage-item.js'
import { boundedBytes, tuple, vec } from '../../../types/compounds.js'
import { storageIndex, u64 } from '../../../types/primitives.js'
import { accountId, h256 } from '../../../types/well-known.js'

/** Most bytes of a commit that is sealed until a drand round. */
export const MAX_SEALED_COMMIT_BYTES = 5000

const sealed = boundedBytes(MAX_SEALED_COMMIT_BYTES)
const byEpoch = [twox64(storageIndex), twox64(u64)] as const

/** Weights that are committed and not yet revealed. */
export const commits = defineStorage('SubtensorModule', {
  /** By salt: hash, epoch, block, and a number that is no longer used. */
  WeightCommits: optionalMap([twox64(storageIndex), twox64(accountId)], vec(tuple(h256, u64, u64, u64))),
  /** By the epoch of the commit: hotkey, block, sealed bytes, drand round. */
  TimelockedWeightCommits: map(byEpoch, vec(tuple(accountId, u64, sealed, u64)), []),
  // What these two held was moved to the one above.
  CRV3WeightCommits: map(byEpoch, vec(tuple(accountId, sealed, u64)), []),
  CRV3WeightCommitsV2: map(byEpoch, vec(tuple(accountId, u64, sealed, u64)), []),
})
