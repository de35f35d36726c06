import { Blake2128Concat, Identity, Twox64Concat } from '@polkadot-api/substrate-bindings'
import { toHex } from '../../state/hex.js'
import type { Ty } from '../types/ty.js'

/** How a map's key is hashed into the storage key; all of them let the key be read back. */
export type Hasher = 'Blake2128Concat' | 'Twox64Concat' | 'Identity'

const hashers = { Blake2128Concat, Twox64Concat, Identity }

/** Most keys whose hash is remembered for a hasher and a type. */
const maxRemembered = 8192

/** By type, then by hasher: hashes of keys, which are the same on every chain. */
const remembered = new WeakMap<object, Map<Hasher, Map<unknown, string>>>()

function rememberedOf(ty: object, hasher: Hasher): Map<unknown, string> {
  const byHasher = remembered.get(ty) ?? new Map<Hasher, Map<unknown, string>>()
  remembered.set(ty, byHasher)
  const known = byHasher.get(hasher) ?? new Map<unknown, string>()
  byHasher.set(hasher, known)
  return known
}

/**
 * Makes the part of a storage key that comes from one of a map's keys, as hex without 0x.
 *
 * An account is hashed for every item that it has, thousands of times a block: hashes of strings and numbers are kept.
 */
export function keyPart<T>(ty: Ty<T>, hasher: Hasher): (key: T) => string {
  const make = (key: T): string => toHex(hashers[hasher](ty.codec.enc(key))).slice(2)
  const known = rememberedOf(ty, hasher)
  return (key) => {
    if (typeof key === 'object') return make(key)
    const before = known.get(key)
    if (before !== undefined) return before
    const part = make(key)
    // Emptied, not trimmed: what is in use comes back at once.
    if (known.size >= maxRemembered) known.clear()
    known.set(key, part)
    return part
  }
}
