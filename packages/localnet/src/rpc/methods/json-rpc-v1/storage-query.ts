import type { Block } from '../../../block/block.js'
import type { Chain } from '../../../block/chain.js'
import { blake2b256 } from '../../../block/header.js'
import { toHex } from '../../../state/hex.js'
import { Params } from '../../params.js'
import { invalidParams } from '../../rpc-error.js'

const types = ['value', 'hash', 'descendantsValues', 'descendantsHashes', 'closestDescendantMerkleValue'] as const

/** One item of a storage query. */
export interface StorageQuery {
  readonly key: string
  readonly type: (typeof types)[number]
  /** Where a listing of descendants goes on: after this key. */
  readonly after: string | undefined
}

/** One found entry. */
export interface StorageResult {
  readonly key: string
  readonly value?: string
  readonly hash?: string
}

/** Reads the `items` parameter. */
export function storageQueries(params: Params, index: number): StorageQuery[] {
  const items = params.value(index)
  if (!Array.isArray(items)) throw invalidParams('items: expected a list')
  return items.map((item) => {
    if (typeof item !== 'object' || item === null) throw invalidParams('items: expected objects')
    const { key, type, paginationStartKey } = item as Record<string, unknown>
    const fields = new Params([key, paginationStartKey])
    const known = types.find((name) => name === type)
    if (!known) throw invalidParams(`items: type must be one of ${types.join(', ')}`)
    const after = paginationStartKey === undefined || paginationStartKey === null ? undefined : fields.hex(1, 'paginationStartKey')
    return { key: fields.hex(0, 'key'), type: known, after }
  })
}

/** Whether a query asks for nodes of the trie, which this state does not have. */
export const asksForTrie = (queries: readonly StorageQuery[]): boolean =>
  queries.some(({ type }) => type === 'closestDescendantMerkleValue')

/** A found entry, and which queries are left once it is told. */
export interface StorageStep {
  readonly result: StorageResult
  readonly rest: () => StorageQuery[]
}

/**
 * What the queries find in the state after a kept block, lazily. No block may be sealed while it is walked: to go on later, start
 * again with the rest of the last step.
 */
export function* storageSteps(chain: Chain, block: Block, queries: readonly StorageQuery[]): Generator<StorageStep> {
  for (const [index, query] of queries.entries()) {
    const { key, type, after } = query
    const single = type === 'value' || type === 'hash'
    const hashed = type === 'hash' || type === 'descendantsHashes'
    for (const found of single ? [key] : chain.keysAt(block, key, after)) {
      const value = chain.stateAt(block).get(found)
      if (value === undefined) continue
      yield {
        result: hashed ? { key: found, hash: toHex(blake2b256(value)) } : { key: found, value: toHex(value) },
        rest: () => [...(single ? [] : [{ ...query, after: found }]), ...queries.slice(index + 1)],
      }
    }
  }
}
