import { defineStorage, identity, map, optionalMap, optionalValue, twox64, value } from '../../framework/storage-item.js'
import { boundedBytes, struct } from '../../types/compounds.js'
import { bool, u32, u64 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'
import { auraId } from '../admin-utils/types.js'

/** Most bytes of a ciphertext. */
export const MAX_CIPHERTEXT_BYTES = 8192

/** An ML-KEM-768 encapsulation key. */
export const encryptionKey = boundedBytes(2048)
export const ciphertext = boundedBytes(MAX_CIPHERTEXT_BYTES)

const pendingExtrinsic = struct(
  'pallet_shield::pallet::PendingExtrinsic',
  {
    who: accountId,
    encrypted_call: ciphertext,
    /** Block. */
    submitted_at: u32,
  },
  [{ name: 'T' }],
)

/** Keys under which extrinsics are sealed until they are in a block. One author has one key, which does not change. */
export const mevShield = defineStorage('MevShield', {
  CurrentKey: optionalValue(encryptionKey),
  PendingKey: optionalValue(encryptionKey),
  /** The one to seal with. */
  NextKey: optionalValue(encryptionKey),
  AuthorKeys: optionalMap([twox64(auraId)], encryptionKey),
  PendingKeyExpiresAt: optionalValue(u32),
  NextKeyExpiresAt: optionalValue(u32),
  HasMigrationRun: map([identity(boundedBytes(128))], bool, false),
  MaxPendingExtrinsicsLimit: value(u32, 100),
  /** Blocks. */
  ExtrinsicLifetime: value(u32, 10),
  /** Reference time in picoseconds, as is the next. */
  OnInitializeWeight: value(u64, 500_000_000_000n),
  MaxExtrinsicWeight: value(u64, 50_000_000_000n),
  PendingExtrinsics: optionalMap([identity(u32)], pendingExtrinsic),
  CounterForPendingExtrinsics: value(u32, 0),
  NextPendingExtrinsicIndex: value(u32, 0),
})
