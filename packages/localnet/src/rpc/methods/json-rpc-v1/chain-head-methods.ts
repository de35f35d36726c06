import type { Chain } from '../../../block/chain.js'
import { encodeHeader } from '../../../block/header.js'
import { toHex } from '../../../state/hex.js'
import { type Caller, call, type Methods, subscribe, unsubscribe } from '../../method.js'
import type { Params } from '../../params.js'
import { RpcError } from '../../rpc-error.js'
import { Follow } from './follow.js'
import { storageQueries } from './storage-query.js'

/** Subscriptions of one connection, as Substrate's node. */
const maxFollows = 4

/** Hashes in one call of unpin. */
const maxUnpin = 1024

/**
 * `chainHead_v1_*`: the blocks at the head, pinned as long as a client needs them.
 *
 * Source: the JSON-RPC specification of paritytech; codes and limits as `sc_rpc_spec_v2`.
 */
export function chainHeadMethods(chain: Chain): Methods {
  const byConnection = new WeakMap<object, Map<string, Follow>>()
  const followsOf = ({ connection }: Caller): Map<string, Follow> => {
    const follows = byConnection.get(connection) ?? new Map<string, Follow>()
    byConnection.set(connection, follows)
    return follows
  }
  const followOf = (params: Params, caller: Caller): Follow | undefined => followsOf(caller).get(params.text(0, 'followSubscription'))
  const hashOf = (params: Params): string => params.hex(1, 'hash')
  // What names no subscription, perhaps one that just stopped, is answered as the node does: not as an error.
  const operation = (
    run: (follow: Follow, params: Params) => { readonly started: unknown; readonly begin: () => void },
  ): ReturnType<typeof call> =>
    call((params, caller) => {
      const follow = followOf(params, caller)
      if (!follow) return { result: 'limitReached' }
      const { started, begin } = run(follow, params)
      caller.afterReply(begin)
      return started
    })
  return {
    chainHead_v1_follow: subscribe((params, caller) => {
      const withRuntime = params.flag(0, 'withRuntime')
      const follows = followsOf(caller)
      if (follows.size >= maxFollows) throw new RpcError({ code: -32800, message: 'Maximum number of chainHead_follow has been reached' })
      return {
        notification: 'chainHead_v1_followEvent',
        start: (stream) => {
          const follow = new Follow({ chain, stream, withRuntime })
          follows.set(stream.id, follow)
          const stop = follow.start()
          return () => {
            follows.delete(stream.id)
            stop()
          }
        },
      }
    }),
    chainHead_v1_unfollow: unsubscribe,
    chainHead_v1_header: call((params, caller) => {
      const follow = followOf(params, caller)
      return follow ? toHex(encodeHeader(follow.block(hashOf(params)).header)) : null
    }),
    chainHead_v1_body: operation((follow, params) => {
      const block = follow.block(hashOf(params))
      return follow.once(block, () => ({ event: 'operationBodyDone', value: block.extrinsics.map(toHex) }))
    }),
    chainHead_v1_call: operation((follow, params) =>
      follow.call(follow.block(hashOf(params)), params.text(2, 'function'), params.bytes(3, 'callParameters')),
    ),
    chainHead_v1_storage: operation((follow, params) => {
      // There are no child tries, so all of them are empty.
      const queries = params.value(3) === null ? storageQueries(params, 2) : []
      return follow.storage(follow.block(hashOf(params)), queries)
    }),
    chainHead_v1_continue: call((params, caller) => {
      const go = followOf(params, caller)?.continue(params.text(1, 'operationId'))
      if (go) caller.afterReply(go)
      return null
    }),
    chainHead_v1_stopOperation: call((params, caller) => {
      followOf(params, caller)?.stopOperation(params.text(1, 'operationId'))
      return null
    }),
    chainHead_v1_unpin: call((params, caller) => {
      const hashes = Array.isArray(params.value(1)) ? params.hexList(1, 'hashes', maxUnpin) : [hashOf(params)]
      followOf(params, caller)?.unpin(hashes)
      return null
    }),
  }
}
