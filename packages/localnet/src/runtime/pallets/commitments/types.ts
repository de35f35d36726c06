import { boundedBytes, boundedVec, enumeration, fixedHex, struct, type VariantSpec } from '../../types/compounds.js'
import { u32, u64 } from '../../types/primitives.js'
import type { AnyTy, Ty } from '../../types/ty.js'

const path = 'pallet_commitments::types'

/** Most fields of a commitment. */
export const MAX_FIELDS = 3
/** Most bytes of a field that is sealed until a drand round. */
export const MAX_SEALED_BYTES = 1024
/** Most bytes of a field that is no variant of its own length. */
export const MAX_BIG_BYTES = 512
/** Most bytes of a field whose variant tells its length. */
const maxRawBytes = 128

/** One field of a commitment; bytes of a fixed length as hex with 0x. */
export type CommitmentData =
  | { readonly type: 'None' | 'ResetBondsFlag'; readonly value: undefined }
  | { readonly type: `Raw${number}`; readonly value: string }
  | { readonly type: 'BlakeTwo256' | 'Sha256' | 'Keccak256' | 'ShaThree256'; readonly value: string }
  | { readonly type: 'TimelockEncrypted'; readonly value: { readonly encrypted: Uint8Array; readonly reveal_round: bigint } }
  | { readonly type: 'BigRaw'; readonly value: Uint8Array }

const raw = Object.fromEntries(
  Array.from({ length: maxRawBytes + 1 }, (_, bytes): [string, VariantSpec] => [`Raw${bytes}`, [bytes + 1, fixedHex(bytes)]]),
)
const hash = fixedHex(32)

/** `Data`. */
export const data = enumeration(`${path}::Data`, {
  None: [0],
  ...raw,
  BlakeTwo256: [130, hash],
  Sha256: [131, hash],
  Keccak256: [132, hash],
  ShaThree256: [133, hash],
  TimelockEncrypted: [134, { encrypted: boundedBytes(MAX_SEALED_BYTES), reveal_round: u64 }],
  ResetBondsFlag: [135],
  BigRaw: [136, boundedBytes(MAX_BIG_BYTES)],
}) as AnyTy as Ty<CommitmentData> // the names of the raw variants are made, so their types are not known

export const commitmentInfo = struct(`${path}::CommitmentInfo`, { fields: boundedVec(data, MAX_FIELDS) }, [{ name: 'FieldLimit' }])

/** A commitment as the chain keeps it. */
export const registration = struct(
  `${path}::Registration`,
  {
    /** In rao; always 0. */
    deposit: u64,
    block: u32,
    info: commitmentInfo,
  },
  [{ name: 'Balance', ty: u64 }, { name: 'MaxFields' }, { name: 'BlockNumber', ty: u32 }],
)

/** Bytes that were used in an epoch. */
export const usageTracker = struct(`${path}::UsageTracker`, { last_epoch: u64, used_space: u64 })
