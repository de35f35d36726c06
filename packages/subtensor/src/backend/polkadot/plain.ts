import {
  BTreeMap,
  BTreeSet,
  bool,
  Compact,
  Enum,
  GenericAccountId,
  Int,
  Null,
  Option,
  Raw,
  Struct,
  Text,
  Tuple,
  UInt,
  Vec,
  VecFixed,
} from '@polkadot/types'
import type { Codec } from '@polkadot/types/types'
import type { ChainValue } from '../chain-backend.js'

/**
 * Turns a value of @polkadot/types into plain data; see {@link ChainValue} for the rules.
 */
export function toPlain(value: Codec): ChainValue {
  if (value instanceof Option) return value.isSome ? toPlain(value.unwrap() as Codec) : undefined
  if (value instanceof Compact) return toPlain(value.unwrap() as Codec)
  if (value instanceof UInt || value instanceof Int) return value.bitLength() <= 32 ? value.toNumber() : value.toBigInt()
  if (value instanceof bool) return value.isTrue
  // An account is a byte string too, so it goes before those.
  if (value instanceof GenericAccountId) return value.toString()
  if (value instanceof Raw) return Uint8Array.from(value)
  if (value instanceof Text) return value.toString()
  if (value instanceof Enum) return value.isBasic || value.isNone ? value.type : { type: value.type, value: toPlain(value.inner) }
  if (value instanceof Struct) return Object.fromEntries([...value.entries()].map(([name, field]) => [String(name), toPlain(field)]))
  if (value instanceof Vec || value instanceof VecFixed || value instanceof Tuple) return [...(value as Iterable<Codec>)].map(toPlain)
  if (value instanceof BTreeMap) return [...value.entries()].map(([key, item]) => [toPlain(key as Codec), toPlain(item as Codec)])
  if (value instanceof BTreeSet) return [...value.values()].map((item) => toPlain(item as Codec))
  if (value instanceof Null) return undefined
  return value.toString()
}

/** Turns plain data into what constructors of @polkadot/types take. */
export function fromPlain(value: ChainValue): unknown {
  // Byte strings as hex: given bytes, the library would read a length prefix from them.
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map((item: ChainValue) => fromPlain(item))
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fromPlain(item)]))
  }
  return value
}
