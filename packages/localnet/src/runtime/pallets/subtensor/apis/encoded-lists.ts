import type { Storage } from '../../../../state/storage.js'
import type { AnyStorageItem } from '../../../framework/storage-item.js'
import { ByteWriter } from '../../../types/byte-writer.js'
import { Encoded } from '../../../types/encoded.js'
import { packedOffset } from '../../../types/packed-vec.js'

const emptyList = Uint8Array.of(0)

/** `Vec<AccountId32>` of accounts as hex. */
export function encodeAccounts(accounts: readonly string[]): Encoded {
  const bytes = Buffer.from(accounts.map((account) => account.slice(2)).join(''), 'hex')
  return new Encoded(new ByteWriter(bytes.length + 4).compact(accounts.length).bytes(bytes).written)
}

/** A `Vec` of compact numbers. */
export function encodeCompacts(values: readonly (number | bigint)[]): Encoded {
  const writer = new ByteWriter(values.length * 4 + 4).compact(values.length)
  for (const value of values) writer.compact(value)
  return new Encoded(writer.written)
}

/** `Vec<(AccountId32, Compact)>`. */
export function encodeByAccount(accounts: readonly string[], amountOf: (account: string) => bigint): Encoded {
  const writer = new ByteWriter(accounts.length * 36 + 4).compact(accounts.length)
  for (const account of accounts) writer.bytes(Buffer.from(account.slice(2), 'hex')).compact(amountOf(account))
  return new Encoded(writer.written)
}

/** A `Vec` of what each of a list has, encoded as it is. */
export function encodeEach<T>(items: readonly T[], of: (item: T) => Uint8Array): Encoded {
  const writer = new ByteWriter(items.length * 32 + 4).compact(items.length)
  for (const item of items) writer.bytes(of(item))
  return new Encoded(writer.written)
}

/** A list as it is stored. */
export const storedList = (db: Storage, item: AnyStorageItem, key: number): Encoded => new Encoded(item.bytes(db, key) ?? emptyList)

/** A stored list of numbers of one width, as a list of compact ones. */
export function compactList(db: Storage, item: AnyStorageItem, key: number, width: 2 | 8): Encoded {
  const stored = item.bytes(db, key) ?? emptyList
  const start = packedOffset(stored, { width, at: 0 })
  if (start === undefined) return new Encoded(emptyList)
  const length = (stored.length - start) / width
  const view = new DataView(stored.buffer, stored.byteOffset)
  const writer = new ByteWriter(stored.length + 4).compact(length)
  for (let at = start; at < stored.length; at += width) writer.compact(width === 2 ? view.getUint16(at, true) : view.getBigUint64(at, true))
  return new Encoded(writer.written)
}
