import type { Chain } from '../../../block/chain.js'
import { blake2b256 } from '../../../block/header.js'
import type { TransactionStatus } from '../../../pool/pool-transaction.js'
import { toHex } from '../../../state/hex.js'
import { type Caller, call, type Methods, subscribe, unsubscribe } from '../../method.js'
import { RpcError } from '../../rpc-error.js'
import { submitExtrinsic } from '../submit-extrinsic.js'
import { Broadcast } from './broadcast.js'

/** Transactions that one connection broadcasts at a time, as Substrate's node. */
const maxBroadcasts = 16

/**
 * `transaction_v1_*` and `transactionWatch_v1_*`: submission, with or without being told what becomes of it.
 *
 * Source: the JSON-RPC specification of paritytech; limits as `sc_rpc_spec_v2`.
 */
export function transactionMethods(chain: Chain): Methods {
  const byConnection = new WeakMap<object, Map<string, Broadcast>>()
  const broadcastsOf = ({ connection }: Caller): Map<string, Broadcast> => {
    const broadcasts = byConnection.get(connection) ?? new Map<string, Broadcast>()
    byConnection.set(connection, broadcasts)
    return broadcasts
  }
  let nextId = 0
  return {
    transaction_v1_broadcast: call((params, caller) => {
      const bytes = params.bytes(0, 'transaction')
      const broadcasts = broadcastsOf(caller)
      for (const [id, broadcast] of broadcasts) if (broadcast.isOver) broadcasts.delete(id)
      if (broadcasts.size >= maxBroadcasts) return null
      const id = `${nextId++}`
      broadcasts.set(id, new Broadcast({ chain, bytes, signal: caller.signal }))
      return id
    }),
    transaction_v1_stop: call((params, caller) => {
      const id = params.text(0, 'operationId')
      const broadcasts = broadcastsOf(caller)
      const broadcast = broadcasts.get(id)
      if (!broadcast) throw new RpcError({ code: -32602, message: 'Invalid operation id' })
      broadcast.stop()
      broadcasts.delete(id)
      return null
    }),
    transactionWatch_v1_submitAndWatch: subscribe((params) => {
      const bytes = params.bytes(0, 'transaction')
      return {
        notification: 'transactionWatch_v1_watchEvent',
        start: ({ notify, end }) => {
          const tell = (status: TransactionStatus): void => {
            const event = watchEvent(chain, status, bytes)
            if (!event) return
            notify(event)
            if (['finalized', 'invalid', 'dropped'].includes(event.event as string)) end()
          }
          try {
            return submitExtrinsic(chain, bytes, tell).unwatch
          } catch (error) {
            if (!(error instanceof RpcError)) throw error
            notify({ event: 'invalid', error: error.object.data ?? error.message })
            end()
            return () => {}
          }
        },
      }
    }),
    transactionWatch_v1_unwatch: unsubscribe,
  }
}

function watchEvent(chain: Chain, status: TransactionStatus, bytes: Uint8Array): Record<string, unknown> | undefined {
  if (typeof status === 'string') {
    switch (status) {
      // The specification knows no queues: what waits for another transaction has not been judged yet.
      case 'future':
        return undefined
      case 'ready':
        return { event: 'validated' }
      case 'invalid':
        return { event: 'invalid', error: 'The transaction is no longer valid' }
      case 'dropped':
        return { event: 'dropped', error: 'The transaction was dropped from the pool because of its limits' }
    }
  }
  if ('usurped' in status) return { event: 'invalid', error: 'Another transaction took its place' }
  if ('inBlock' in status) return { event: 'bestChainBlockIncluded', block: place(chain, status.inBlock, bytes) }
  return { event: 'finalized', block: place(chain, status.finalized, bytes) }
}

function place(chain: Chain, hash: string, bytes: Uint8Array): { readonly hash: string; readonly index: number } {
  const own = toHex(blake2b256(bytes))
  const index = chain.block(hash)?.extrinsics.findIndex((extrinsic) => toHex(blake2b256(extrinsic)) === own) ?? 0
  return { hash, index }
}
