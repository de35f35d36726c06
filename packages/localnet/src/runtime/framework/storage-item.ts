import { Binary, Blake2128Concat, type HexString, Identity, Storage as storageKeys, Twox64Concat } from '@polkadot-api/substrate-bindings'
import type { Storage } from '../../state/storage.js'
import { decode } from '../types/bytes.js'
import type { AnyTy, Ty } from '../types/ty.js'
import { type Hasher, keyPart } from './key-part.js'

/** One key of a map. */
export interface StorageKey<T> {
  readonly hasher: Hasher
  readonly ty: Ty<T>
}

export const identity = <T>(ty: Ty<T>): StorageKey<T> => ({ hasher: 'Identity', ty })
export const blake2 = <T>(ty: Ty<T>): StorageKey<T> => ({ hasher: 'Blake2128Concat', ty })
export const twox64 = <T>(ty: Ty<T>): StorageKey<T> => ({ hasher: 'Twox64Concat', ty })

// biome-ignore lint/suspicious/noExplicitAny: the same erasure as AnyTy
type AnyStorageKey = StorageKey<any>
type KeysOf<K extends readonly AnyStorageKey[]> = { -readonly [I in keyof K]: K[I] extends StorageKey<infer T> ? T : never }

/** What a pallet declares of a storage item. `R` is what a read gives: the value, or the value or undefined. */
export interface StorageSpec<K extends readonly unknown[], V, R> {
  readonly keys: readonly AnyStorageKey[]
  readonly value: Ty<V>
  /** Undefined for an optional item. */
  readonly fallback?: () => V
  /** Never set: carries the types of keys and of a read. */
  readonly types?: (keys: K) => R
}

/** A single value with a default. */
export const value = <V>(ty: Ty<V>, fallback: NoInfer<V>): StorageSpec<[], V, V> => ({ keys: [], value: ty, fallback: () => fallback })
/** A single value that may be absent. */
export const optionalValue = <V>(ty: Ty<V>): StorageSpec<[], V, V | undefined> => ({ keys: [], value: ty })
/** A map with a default. */
export const map = <const K extends readonly AnyStorageKey[], V>(
  keys: K,
  ty: Ty<V>,
  fallback: NoInfer<V>,
): StorageSpec<KeysOf<K>, V, V> => ({
  keys,
  value: ty,
  fallback: () => fallback,
})
/** A map without a default. */
export const optionalMap = <const K extends readonly AnyStorageKey[], V>(keys: K, ty: Ty<V>): StorageSpec<KeysOf<K>, V, V | undefined> => ({
  keys,
  value: ty,
})

/** A storage item, bound to its pallet: typed reads and writes of a {@link Storage}. */
export interface StorageItem<K extends readonly unknown[], V, R> {
  readonly name: string
  readonly spec: StorageSpec<K, V, R>
  /** The storage key, hex with 0x; with fewer keys than declared, the prefix that they select. */
  key(...keys: Partial<K>): string
  get(db: Storage, ...keys: K): R
  /** The value as it is stored. */
  bytes(db: Storage, ...keys: K): Uint8Array | undefined
  set(db: Storage, ...keysAndValue: [...K, V]): void
  remove(db: Storage, ...keys: K): void
  has(db: Storage, ...keys: K): boolean
  /** All keys under a prefix, in the order of their bytes. */
  keys(db: Storage, ...prefix: Partial<K>): K[]
  /** Removes everything under a prefix. */
  removeAll(db: Storage, ...prefix: Partial<K>): void
}

const hashers = { Blake2128Concat, Twox64Concat, Identity }

function bind<K extends readonly unknown[], V, R>(pallet: string, name: string, spec: StorageSpec<K, V, R>): StorageItem<K, V, R> {
  const raw = storageKeys(pallet)(
    name,
    ...spec.keys.map(({ ty, hasher }): [AnyTy['codec'], (input: Uint8Array) => Uint8Array] => [ty.codec, hashers[hasher]]),
  )
  // Pallet and item are hashed once.
  const prefix = raw.enc()
  const parts = spec.keys.map(({ ty, hasher }) => keyPart(ty, hasher))
  const key = (...keys: readonly unknown[]): string => keys.reduce<string>((text, value, at) => text + (parts[at]?.(value) ?? ''), prefix)
  const { codec } = spec.value
  const read = (bytes: Uint8Array | undefined): R => (bytes === undefined ? spec.fallback?.() : decode(spec.value, bytes)) as R
  return {
    name,
    spec,
    key,
    get: (db, ...keys) => read(db.get(key(...keys))),
    bytes: (db, ...keys) => db.get(key(...keys)),
    set: (db, ...keysAndValue) => {
      const at = keysAndValue.length - 1
      db.set(key(...keysAndValue.slice(0, at)), codec.enc(keysAndValue[at] as V))
    },
    remove: (db, ...keys) => db.delete(key(...keys)),
    has: (db, ...keys) => db.get(key(...keys)) !== undefined,
    keys: (db, ...prefix) => db.keys(key(...prefix)).map((full) => raw.dec(full) as unknown as K), // the decoders are those of K
    removeAll: (db, ...prefix) => {
      for (const full of db.keys(key(...prefix))) db.delete(full)
    },
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the same erasure as AnyTy
export type AnyStorageSpec = StorageSpec<any, any, any>
// biome-ignore lint/suspicious/noExplicitAny: the same erasure as AnyTy
export type AnyStorageItem = StorageItem<any, any, any>

type Bound<S> = { readonly [N in keyof S]: S[N] extends StorageSpec<infer K, infer V, infer R> ? StorageItem<K, V, R> : never }

/** Binds a pallet's storage items to their names. */
export const defineStorage = <S extends Readonly<Record<string, AnyStorageSpec>>>(pallet: string, specs: S): Bound<S> =>
  Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, bind(pallet, name, spec)])) as Bound<S>

/** The bytes that stand for an absent item in metadata: the encoded default, or `None`. */
export const fallbackBytes = (spec: AnyStorageSpec): HexString =>
  spec.fallback ? Binary.toHex(spec.value.codec.enc(spec.fallback())) : '0x00'
