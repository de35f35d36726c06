import { compactBn, compactNumber } from '@polkadot-api/substrate-bindings'
import * as scale from 'scale-ts'
import { type PrimitiveName, type Ty, typeName } from './ty.js'

const primitive = <T>(name: PrimitiveName, codec: scale.Codec<T>): Ty<T> => ({ codec, shape: { tag: 'primitive', name } })

export const bool: Ty<boolean> = primitive('bool', scale.bool)
export const str: Ty<string> = primitive('str', scale.str)
export const u8: Ty<number> = primitive('u8', scale.u8)
export const u16: Ty<number> = primitive('u16', scale.u16)
export const u32: Ty<number> = primitive('u32', scale.u32)
export const u64: Ty<bigint> = primitive('u64', scale.u64)
export const u128: Ty<bigint> = primitive('u128', scale.u128)
export const i16: Ty<number> = primitive('i16', scale.i16)
export const i32: Ty<number> = primitive('i32', scale.i32)
export const i64: Ty<bigint> = primitive('i64', scale.i64)
export const i128: Ty<bigint> = primitive('i128', scale.i128)

/** `()`. */
export const unit: Ty<undefined> = { codec: scale._void, shape: { tag: 'tuple', of: [] } }

/** `Vec<u8>`. */
export const bytes: Ty<Uint8Array> = { codec: scale.Bytes(), shape: { tag: 'sequence', of: u8 } }

const compactOf = <T>(codec: scale.Codec<T>, of: Ty<T>): Ty<T> => ({ codec, shape: { tag: 'compact', of } })

export const compactU8: Ty<number> = compactOf(compactNumber, u8)
export const compactU16: Ty<number> = compactOf(compactNumber, u16)
export const compactU32: Ty<number> = compactOf(compactNumber, u32)
export const compactU64: Ty<bigint> = compactOf(compactBn, u64)
export const compactU128: Ty<bigint> = compactOf(compactBn, u128)
/** `Compact<()>`: the index of a `MultiAddress`, which this chain does not use. */
export const compactUnit: Ty<undefined> = compactOf(scale._void, unit)

/** A subnet's number. Rust's `NetUid` is transparent in metadata: it shows as u16. */
export const netUid: Ty<number> = primitive('u16', scale.u16)
/** `NetUidStorageIndex`: mechanism × 4096 + netuid; transparent too. */
export const storageIndex: Ty<number> = primitive('u16', scale.u16)
/** `MechId`, transparent. */
export const mechId: Ty<number> = primitive('u8', scale.u8)
/** `TaoBalance` in rao, transparent. */
export const taoBalance: Ty<bigint> = primitive('u64', scale.u64)
/** `AlphaBalance` in alpha's rao, transparent. */
export const alphaBalance: Ty<bigint> = primitive('u64', scale.u64)

/** `Cow<'static, str>`. */
export const cowStr: Ty<string> = {
  codec: scale.str,
  shape: { tag: 'composite', name: typeName('Cow', [{ name: 'T', ty: str }]), fields: [{ ty: str }] },
}
