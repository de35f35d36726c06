import type { Chain } from '../../block/chain.js'
import { blake2b256 } from '../../block/header.js'
import type { TransactionStatus } from '../../pool/pool-transaction.js'
import { toHex } from '../../state/hex.js'
import { call, type Methods, refused, subscribe, unsubscribe } from '../method.js'
import { Params } from '../params.js'
import { invalidParams } from '../rpc-error.js'
import { submitExtrinsic } from './submit-extrinsic.js'

/** Extrinsics that one request may remove. */
const maxRemoved = 1024

/** `author_*`: submission of extrinsics, and what becomes of them. */
export function authorMethods(chain: Chain): Methods {
  const watch = subscribe((params) => {
    const bytes = params.bytes(0, 'extrinsic')
    // The first statuses come while it is being submitted, before anyone can be told.
    const early: TransactionStatus[] = []
    let tell = (status: TransactionStatus): void => void early.push(status)
    const { unwatch } = submitExtrinsic(chain, bytes, (status) => tell(status))
    return {
      notification: 'author_extrinsicUpdate',
      start: ({ notify, quiet }) => {
        for (const status of early) notify(status)
        let stopped = false
        tell = (status) => {
          if (typeof status === 'string' || !('finalized' in status)) return notify(status)
          // Blocks are final at once, but @polkadot/api never shows an inBlock that finalized follows before it has read
          // the block's events, and programs wait for inBlock.
          void quiet().then(() => {
            if (!stopped) notify(status)
          })
        }
        return () => {
          stopped = true
          unwatch()
        }
      },
    }
  })
  return {
    author_submitExtrinsic: call((params) => submitExtrinsic(chain, params.bytes(0, 'extrinsic')).hash),
    author_submitAndWatchExtrinsic: watch,
    author_unwatchExtrinsic: unsubscribe,
    author_pendingExtrinsics: call(() => chain.pool.ready().map((transaction) => toHex(transaction.bytes))),
    author_insertKey: refused,
    author_rotateKeys: refused,
    author_hasKey: refused,
    author_hasSessionKeys: refused,
    // Unsafe on a public node, for it touches what others sent; here everybody has every key anyway.
    author_removeExtrinsic: call((params) => hashesToRemove(params).flatMap((hash) => chain.pool.remove(hash))),
  }
}

/** Each is `{ hash }` or `{ extrinsic }`. */
function hashesToRemove(params: Params): string[] {
  const list = params.value(0)
  if (!Array.isArray(list) || list.length > maxRemoved) throw invalidParams(`bytes_or_hash: expected a list of at most ${maxRemoved} items`)
  return list.map((item) => {
    const { hash, extrinsic } = (item ?? {}) as Record<string, unknown>
    const fields = new Params([hash, extrinsic])
    return hash === undefined ? toHex(blake2b256(fields.bytes(1, 'extrinsic'))) : fields.hex(0, 'hash')
  })
}
