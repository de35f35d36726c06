import { TensorKitError } from '@tensorkit/core'
import type { Block } from '../../../block/block.js'
import type { Chain } from '../../../block/chain.js'
import { encodeHeader } from '../../../block/header.js'
import { toHex } from '../../../state/hex.js'
import { call, type Methods, refused, subscribe, unsubscribe } from '../../method.js'
import type { Params } from '../../params.js'
import { RpcError } from '../../rpc-error.js'
import { requireBlock, runtimeCall } from '../../state-access.js'
import { asksForTrie, storageQueries, storageSteps } from './storage-query.js'

/** Entries that one query tells at most. */
const maxEntries = 100_000

/**
 * `archive_v1_*`: blocks of any age, as long as they are kept.
 *
 * Source: the JSON-RPC specification of paritytech.
 */
export function archiveMethods(chain: Chain): Methods {
  const known = (params: Params): Block | undefined => chain.block(params.hex(0, 'hash'))
  return {
    archive_v1_genesisHash: call(() => chain.genesis.hash),
    archive_v1_finalizedHeight: call(() => chain.head.number),
    archive_v1_hashByHeight: call((params) => {
      const hash = chain.hashOf(params.integer(0, 'height', { min: 0, max: 0xffff_ffff }))
      return hash !== undefined && chain.block(hash) ? [hash] : []
    }),
    archive_v1_header: call((params) => {
      const block = known(params)
      return block ? toHex(encodeHeader(block.header)) : null
    }),
    archive_v1_body: call((params) => known(params)?.extrinsics.map(toHex) ?? null),
    archive_v1_call: call((params) => {
      const block = known(params)
      const [method, args] = [params.text(1, 'function'), params.bytes(2, 'callParameters')]
      if (!block || !chain.hasState(block)) return null
      try {
        return { success: true, value: toHex(runtimeCall(chain, block, method, args)) }
      } catch (error) {
        if (!(error instanceof RpcError) && !TensorKitError.isInstance(error)) throw error
        return { success: false, error: error.message.slice(0, 500) }
      }
    }),
    archive_v1_storage: subscribe((params) => {
      const block = requireBlock(chain, params.hex(0, 'hash'))
      const queries = params.value(2) === null ? storageQueries(params, 1) : []
      return {
        notification: 'archive_v1_storageEvent',
        start: ({ notify, end }) => {
          if (asksForTrie(queries)) {
            notify({ event: 'storageError', error: 'Merkle values are not modelled by the localnet: its state has no trie' })
          } else {
            let left = maxEntries
            for (const { result } of storageSteps(chain, block, queries)) {
              if (left-- === 0) break
              notify({ event: 'storage', ...result })
            }
            notify(left < 0 ? { event: 'storageError', error: `More than ${maxEntries} entries` } : { event: 'storageDone' })
          }
          end()
          return () => {}
        },
      }
    }),
    archive_v1_stopStorage: unsubscribe,
    archive_v1_storageDiff: refused,
    archive_v1_stopStorageDiff: refused,
  }
}
