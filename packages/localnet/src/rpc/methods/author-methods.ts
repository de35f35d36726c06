import { TensorKitError } from '@tensorkit/core'
import type { Chain } from '../../block/chain.js'
import { extrinsicBody } from '../../block/extrinsic.js'
import type { TransactionStatus } from '../../pool/pool-transaction.js'
import type { SubmitResult } from '../../pool/transaction-pool.js'
import { toHex } from '../../state/hex.js'
import { call, type Methods, refused, subscribe, unsubscribe } from '../method.js'
import { poolError } from '../pool-error.js'
import { RpcError } from '../rpc-error.js'

/** `author_*`: submission of extrinsics, and what becomes of them. */
export function authorMethods(chain: Chain): Methods {
  const submit = (bytes: Uint8Array, watcher?: (status: TransactionStatus) => void): Extract<SubmitResult, { ok: true }> => {
    if (!extrinsicBody(bytes)) throw new RpcError({ code: 1001, message: 'Extrinsic has invalid format: the length prefix does not fit' })
    let result: SubmitResult
    try {
      result = chain.pool.submit(bytes, watcher)
    } catch (error) {
      // A wasm runtime traps on what it cannot decode; this one throws.
      if (!TensorKitError.isInstance(error)) throw error
      throw new RpcError({ code: 1002, message: `Verification Error: ${error.shortMessage}`, data: error.code })
    }
    if (!result.ok) throw poolError(result.refusal)
    return result
  }
  const watch = subscribe((params) => {
    const bytes = params.bytes(0, 'extrinsic')
    // The first statuses come while it is being submitted, before anyone can be told.
    const early: TransactionStatus[] = []
    let tell = (status: TransactionStatus): void => void early.push(status)
    const { unwatch } = submit(bytes, (status) => tell(status))
    return {
      notification: 'author_extrinsicUpdate',
      start: (notify, quiet) => {
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
    author_submitExtrinsic: call((params) => submit(params.bytes(0, 'extrinsic')).hash),
    author_submitAndWatchExtrinsic: watch,
    author_unwatchExtrinsic: unsubscribe,
    author_pendingExtrinsics: call(() => chain.pool.ready().map((transaction) => toHex(transaction.bytes))),
    author_insertKey: refused,
    author_rotateKeys: refused,
    author_hasKey: refused,
    author_hasSessionKeys: refused,
    author_removeExtrinsic: refused,
  }
}
