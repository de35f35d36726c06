import type { Chain } from '../../block/chain.js'
import type { Sealer } from '../../dev/sealer.js'
import { call, type Methods } from '../method.js'
import { RpcError } from '../rpc-error.js'

/**
 * `engine_*`: blocks on demand, as a node with manual seal has them. Blocks are final at once, so `finalize` is true whatever is asked.
 *
 * Source: `sc_consensus_manual_seal::rpc`.
 */
export function engineMethods(chain: Chain, sealer: Sealer): Methods {
  return {
    engine_createBlock: call(async (params, { signal }) => {
      const createEmpty = params.flag(0, 'create_empty')
      params.flag(1, 'finalize')
      const parent = params.hash(2, 'parent_hash')
      // Source: the codes of `sc_consensus_manual_seal::Error`.
      if (parent !== undefined && parent !== chain.head.hash)
        throw new RpcError({ code: 8000, message: 'Block import failed: the localnet has no forks, only the head can be a parent' })
      if (!createEmpty && chain.pool.readyCount === 0)
        throw new RpcError({ code: 1, message: 'Transaction pool is empty, set create_empty to true, if you want to create empty blocks' })
      const { hash } = await sealer.mine(1, signal)
      const aux = {
        header_only: false,
        clear_justification_requests: false,
        needs_justification: false,
        bad_justification: false,
        is_new_best: true,
      }
      return { hash, aux }
    }),
    engine_finalizeBlock: call((params) => {
      const hash = params.hash(0, 'hash')
      if (hash === undefined || !chain.knows(hash))
        throw new RpcError({ code: 3, message: 'Target block not found: it is not of this chain' })
      return true
    }),
  }
}
