import { TensorKitError } from '@tensorkit/core'
import type { MapReadOptions, StorageEntry, StorageRead } from '../chain-backend.js'
import type { Runtime } from './runtime.js'
import type { WsConnection } from './ws-connection.js'

/** Substrate's own bound of one page of keys. */
const PAGE_KEYS = 1_000

/** Which map {@link readStorageMap} reads, and of whom. */
export interface MapSource {
  readonly rpc: Pick<WsConnection, 'request'>
  readonly runtime: Pick<Runtime, 'storageMap'>
  readonly read: StorageRead
  /** A block's hash. */
  readonly at: string
}

/**
 * Reads the entries of a map under a prefix of its keys: keys page by page, then the values of each page.
 *
 * @throws CHAIN_INCOMPATIBLE if there is no such map, or it has more than `maxEntries`; the connection's errors.
 */
export async function readStorageMap(
  { rpc, runtime, read, at }: MapSource,
  { maxEntries, ...wait }: MapReadOptions,
): Promise<readonly StorageEntry[]> {
  const access = runtime.storageMap(read)
  const entries: StorageEntry[] = []
  for (let after: string | null = null; ; ) {
    // One more than may be: so it is seen that there are too many.
    const count = Math.min(PAGE_KEYS, maxEntries + 1 - entries.length)
    const page = keysOf(await rpc.request('state_getKeysPaged', [access.prefix, count, after, at], wait), access.prefix, after)
    if (entries.length + page.length > maxEntries) {
      throw new TensorKitError('CHAIN_INCOMPATIBLE', 'A map of the chain has more entries than may be read', {
        facts: { item: `${read.pallet}.${read.item}`, maxEntries },
        remedy: 'Ask for more entries, if the caller can bear them.',
      })
    }
    if (page.length > 0) {
      const [set] = (await rpc.request('state_queryStorageAt', [page, at], wait)) as [{ changes: [string, string | null][] } | undefined]
      const values = new Map(set?.changes ?? [])
      for (const key of page) {
        const value = values.get(key)
        if (typeof value === 'string') entries.push(access.entry(key, value))
      }
    }
    if (page.length < count) return entries
    after = page.at(-1) ?? null
  }
}

/** The keys of a page: a node that repeats itself, or answers with other keys, would else be asked for ever. */
function keysOf(answer: unknown, prefix: string, after: string | null): readonly string[] {
  const keys: readonly unknown[] = Array.isArray(answer) ? answer : [undefined]
  let last = after ?? ''
  return keys.map((key) => {
    if (typeof key !== 'string' || !key.startsWith(prefix) || key <= last) {
      throw new TensorKitError('CHAIN_INCOMPATIBLE', 'The node’s answer is no page of keys', { facts: { method: 'state_getKeysPaged' } })
    }
    last = key
    return key
  })
}
