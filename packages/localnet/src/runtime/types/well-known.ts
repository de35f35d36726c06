import { enumeration, fixedHex, newtype, option, struct, tuple, vec } from './compounds.js'
import { bytes, compactU64, compactUnit, cowStr, u8, u32, u64, u128, unit } from './primitives.js'
import { type AnyTy, type Ty, type TypeOf, typeName } from './ty.js'

/** A public key as hex with 0x: what keys an account. */
export const accountId: Ty<string> = newtype('sp_core::crypto::AccountId32', fixedHex(32))
/** A hash as hex with 0x. */
export const h256: Ty<string> = newtype('primitive_types::H256', fixedHex(32))

/** An Ethereum address as hex with 0x. */
export const h160: Ty<string> = newtype('primitive_types::H160', fixedHex(20))
/** Whole hundredths. */
export const percent: Ty<number> = newtype('sp_arithmetic::per_things::Percent', u8)
/** A fraction of 10^18. */
export const perquintill: Ty<bigint> = newtype('sp_arithmetic::per_things::Perquintill', u64)
/** What a pallet's own account is made of: 8 bytes as hex with 0x. */
export const palletId: Ty<string> = newtype('frame_support::PalletId', fixedHex(8))

/** `MultiAddress<AccountId32, ()>`. The chain looks up `Id` and nothing else. */
export const multiAddress = enumeration(
  typeName('sp_runtime::multiaddress::MultiAddress', [
    { name: 'AccountId', ty: accountId },
    { name: 'AccountIndex', ty: unit },
  ]),
  {
    Id: [0, accountId],
    Index: [1, compactUnit],
    Raw: [2, bytes],
    Address32: [3, fixedHex(32)],
    Address20: [4, fixedHex(20)],
  },
)

/** `MultiSignature`. */
export const multiSignature = enumeration('sp_runtime::MultiSignature', {
  Ed25519: [0, fixedHex(64)],
  Sr25519: [1, fixedHex(64)],
  Ecdsa: [2, fixedHex(65)],
})

/** `Weight`: picoseconds of reference time, and bytes of proof. */
export const weight = struct('sp_weights::weight_v2::Weight', { ref_time: compactU64, proof_size: compactU64 })

/** A value for each class of dispatch. */
export const perDispatchClass = <T>(of: Ty<T>): Ty<{ normal: T; operational: T; mandatory: T }> =>
  struct('frame_support::dispatch::PerDispatchClass', { normal: of, operational: of, mandatory: of }, [{ name: 'T', ty: of }])

export const dispatchClass = enumeration('frame_support::dispatch::DispatchClass', { Normal: [0], Operational: [1], Mandatory: [2] })
export const pays = enumeration('frame_support::dispatch::Pays', { Yes: [0], No: [1] })
export const dispatchEventInfo = struct('frame_system::DispatchEventInfo', { weight, class: dispatchClass, pays_fee: pays })

const moduleError = struct('sp_runtime::ModuleError', { index: u8, error: fixedHex(4) })
const tokenError = enumeration('sp_runtime::TokenError', {
  FundsUnavailable: [0],
  OnlyProvider: [1],
  BelowMinimum: [2],
  CannotCreate: [3],
  UnknownAsset: [4],
  Frozen: [5],
  Unsupported: [6],
  CannotCreateHold: [7],
  NotExpendable: [8],
  Blocked: [9],
})
const arithmeticError = enumeration('sp_runtime::ArithmeticError', { Underflow: [0], Overflow: [1], DivisionByZero: [2] })
const arithmetic: typeof arithmeticError = {
  ...arithmeticError,
  shape: { ...arithmeticError.shape, name: typeName('sp_arithmetic::ArithmeticError') } as typeof arithmeticError.shape,
}
const transactionalError = enumeration('sp_runtime::TransactionalError', { LimitReached: [0], NoLayer: [1] })
const trieError = enumeration('sp_runtime::proving_trie::TrieError', {
  InvalidStateRoot: [0],
  IncompleteDatabase: [1],
  ValueAtIncompleteKey: [2],
  DecoderError: [3],
  InvalidHash: [4],
  DuplicateKey: [5],
  ExtraneousNode: [6],
  ExtraneousValue: [7],
  ExtraneousHashReference: [8],
  InvalidChildReference: [9],
  ValueMismatch: [10],
  IncompleteProof: [11],
  RootMismatch: [12],
  DecodeError: [13],
})

/** Why a dispatched call failed. A module's error is its index and the error's index in 4 bytes. */
export const dispatchError = enumeration('sp_runtime::DispatchError', {
  Other: [0],
  CannotLookup: [1],
  BadOrigin: [2],
  Module: [3, moduleError],
  ConsumerRemaining: [4],
  NoProviders: [5],
  TooManyConsumers: [6],
  Token: [7, tokenError],
  Arithmetic: [8, arithmetic],
  Transactional: [9, transactionalError],
  Exhausted: [10],
  Corruption: [11],
  Unavailable: [12],
  RootNotAllowed: [13],
  Trie: [14, trieError],
})
export type DispatchError = TypeOf<typeof dispatchError>

const engineId = fixedHex(4)
const digestItem = enumeration('sp_runtime::generic::digest::DigestItem', {
  PreRuntime: [6, [engineId, bytes]],
  Consensus: [4, [engineId, bytes]],
  Seal: [5, [engineId, bytes]],
  Other: [0, bytes],
  RuntimeEnvironmentUpdated: [8],
})
/** A block header's digest. */
export const digest = struct('sp_runtime::generic::digest::Digest', { logs: vec(digestItem) })

/** When an event was emitted. */
export const phase = enumeration('frame_system::Phase', { ApplyExtrinsic: [0, u32], Finalization: [1], Initialization: [2] })
export type Phase = TypeOf<typeof phase>

/** `AccountInfo`: the value of `System.Account`. Amounts in rao. */
export const accountData = struct(
  'pallet_balances::types::AccountData',
  { free: u64, reserved: u64, frozen: u64, flags: newtype('pallet_balances::types::ExtraFlags', u128) },
  [{ name: 'Balance', ty: u64 }],
)
export const accountInfo = struct(
  'frame_system::AccountInfo',
  { nonce: u32, consumers: u32, providers: u32, sufficients: u32, data: accountData },
  [
    { name: 'Nonce', ty: u32 },
    { name: 'AccountData', ty: accountData },
  ],
)

const apis: Ty<[string, number][]> = newtype('Cow', vec(tuple(fixedHex(8), u32)), [{ name: 'T', ty: vec(tuple(fixedHex(8), u32)) }])
/** `RuntimeVersion`. */
export const runtimeVersion = struct('sp_version::RuntimeVersion', {
  spec_name: cowStr,
  impl_name: cowStr,
  authoring_version: u32,
  spec_version: u32,
  impl_version: u32,
  apis,
  transaction_version: u32,
  system_version: u8,
})

const weightsPerClass = struct('frame_system::limits::WeightsPerClass', {
  base_extrinsic: weight,
  max_extrinsic: option(weight),
  max_total: option(weight),
  reserved: option(weight),
})
export const blockWeights = struct('frame_system::limits::BlockWeights', {
  base_block: weight,
  max_block: weight,
  per_class: perDispatchClass(weightsPerClass),
})
export const blockLength = struct('frame_system::limits::BlockLength', { max: perDispatchClass(u32) })
export const runtimeDbWeight = struct('sp_weights::RuntimeDbWeight', { read: u64, write: u64 })

export const opaqueMetadata = newtype('sp_core::OpaqueMetadata', bytes)

/** An empty struct, as most transaction extensions are. */
export const emptyStruct = (
  path: string,
  param: { readonly name: string; readonly ty?: AnyTy } = { name: 'T' },
): Ty<Record<never, never>> => struct(path, {}, [param])
