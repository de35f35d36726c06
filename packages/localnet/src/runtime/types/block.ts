import { btreeMap, enumeration, fixedHex, newtype, struct, vec } from './compounds.js'
import { bool, bytes, compactU32, u8, u32, u64 } from './primitives.js'
import type { Ty } from './ty.js'
import { digest, h256 } from './well-known.js'

/** `BlakeTwo256`: the chain's hashing, which has no value. */
export const blakeTwo256 = struct('sp_runtime::traits::BlakeTwo256', {})

/** A block's header. */
export const header = struct(
  'sp_runtime::generic::header::Header',
  { parent_hash: h256, number: compactU32, state_root: h256, extrinsics_root: h256, digest },
  [{ name: 'Number', ty: u32 }, { name: 'Hash' }],
)

/** A block of the runtime's extrinsics. */
export const blockOf = <T>(extrinsic: Ty<T>) =>
  struct('sp_runtime::generic::block::Block', { header, extrinsics: vec(extrinsic) }, [
    { name: 'Header', ty: header },
    { name: 'Extrinsic', ty: extrinsic },
  ])

const path = 'sp_runtime::transaction_validity'

/** Why a transaction cannot go into a block. */
export const invalidTransaction = enumeration(`${path}::InvalidTransaction`, {
  Call: [0],
  Payment: [1],
  Future: [2],
  Stale: [3],
  BadProof: [4],
  AncientBirthBlock: [5],
  ExhaustsResources: [6],
  Custom: [7, u8],
  BadMandatory: [8],
  MandatoryValidation: [9],
  BadSigner: [10],
  IndeterminateImplicit: [11],
  UnknownOrigin: [12],
})
const unknownTransaction = enumeration(`${path}::UnknownTransaction`, { CannotLookup: [0], NoUnsignedValidator: [1], Custom: [2, u8] })
export const transactionValidityError = enumeration(`${path}::TransactionValidityError`, {
  Invalid: [0, invalidTransaction],
  Unknown: [1, unknownTransaction],
})
/** Where a transaction comes from. */
export const transactionSource = enumeration(`${path}::TransactionSource`, { InBlock: [0], Local: [1], External: [2] })
/** What the pool learns of a valid transaction. */
export const validTransaction = struct(`${path}::ValidTransaction`, {
  priority: u64,
  requires: vec(bytes),
  provides: vec(bytes),
  /** Blocks. */
  longevity: u64,
  propagate: bool,
})

export const inherentData = struct('sp_inherents::InherentData', { data: btreeMap(fixedHex(8), bytes) })
export const checkInherentsResult = struct('sp_inherents::CheckInherentsResult', { okay: bool, fatal_error: bool, errors: inherentData })
export const extrinsicInclusionMode = enumeration('sp_runtime::ExtrinsicInclusionMode', { AllExtrinsics: [0], OnlyInherents: [1] })

/** A number of a slot. */
export const slot = newtype('sp_consensus_slots::Slot', u64)
/** Milliseconds. */
export const slotDuration = newtype('sp_consensus_slots::SlotDuration', u64)

export const keyTypeId = newtype('sp_core::crypto::KeyTypeId', fixedHex(4))
