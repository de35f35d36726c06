import type { Block } from '../../block/block.js'
import type { Chain } from '../../block/chain.js'
import { headerToJson } from '../../block/header.js'
import { toHex } from '../../state/hex.js'
import { call, type Method, type Methods, subscribe, unsubscribe } from '../method.js'
import type { Params } from '../params.js'
import { invalidParams } from '../rpc-error.js'

/** More numbers than this in one `chain_getBlockHash` are refused. */
const maxBlockNumbers = 1024

/** `chain_*`: blocks, headers, hashes, and the streams of heads. Best and final head are the same block here. */
export function chainMethods(chain: Chain): Methods {
  const blockAt = (params: Params): Block | undefined => {
    const hash = params.hash(0, 'hash')
    return hash === undefined ? chain.head : chain.block(hash)
  }
  const heads = (notification: string): Method =>
    subscribe(() => ({
      notification,
      start: ({ notify }) => {
        notify(headerToJson(chain.head.header))
        return chain.onBlock((block) => notify(headerToJson(block.header)))
      },
    }))
  const newHeads = heads('chain_newHead')
  const finalizedHeads = heads('chain_finalizedHead')
  const getFinalizedHead = call(() => chain.head.hash)
  const getBlockHash = call((params) => {
    const wanted = params.value(0)
    if (wanted === null) return chain.head.hash
    if (!Array.isArray(wanted)) return chain.hashOf(toNumber(wanted)) ?? null
    if (wanted.length > maxBlockNumbers) throw invalidParams(`number: at most ${maxBlockNumbers} items`)
    return wanted.map((number) => chain.hashOf(toNumber(number)) ?? null)
  })
  return {
    chain_getHeader: call((params) => {
      const block = blockAt(params)
      return block ? headerToJson(block.header) : null
    }),
    chain_getBlock: call((params) => {
      const block = blockAt(params)
      return block ? { block: { header: headerToJson(block.header), extrinsics: block.extrinsics.map(toHex) }, justifications: null } : null
    }),
    chain_getBlockHash: getBlockHash,
    chain_getHead: getBlockHash,
    chain_getFinalizedHead: getFinalizedHead,
    chain_getFinalisedHead: getFinalizedHead,
    chain_subscribeNewHeads: newHeads,
    chain_subscribeNewHead: newHeads,
    subscribe_newHead: newHeads,
    chain_unsubscribeNewHeads: unsubscribe,
    chain_unsubscribeNewHead: unsubscribe,
    unsubscribe_newHead: unsubscribe,
    chain_subscribeAllHeads: heads('chain_allHead'),
    chain_unsubscribeAllHeads: unsubscribe,
    chain_subscribeFinalizedHeads: finalizedHeads,
    chain_subscribeFinalisedHeads: finalizedHeads,
    chain_unsubscribeFinalizedHeads: unsubscribe,
    chain_unsubscribeFinalisedHeads: unsubscribe,
  }
}

/** A block number as Substrate takes it: a number, or hex. */
function toNumber(value: unknown): number {
  const number = typeof value === 'string' && /^0x[0-9a-fA-F]{1,8}$/.test(value) ? Number.parseInt(value, 16) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 0xffff_ffff)
    throw invalidParams('number: expected a block number')
  return number
}
