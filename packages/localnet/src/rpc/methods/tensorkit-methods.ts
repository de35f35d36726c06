import type { Block } from '../../block/block.js'
import type { Chain } from '../../block/chain.js'
import type { Sealer } from '../../dev/sealer.js'
import { call, type Methods, refused } from '../method.js'
import { invalidParams } from '../rpc-error.js'

/** Blocks that one request may ask for. */
const maxMine = 100_000

/** `tensorkit_*`: control of the development chain. Names of what is planned but absent are refused by name. */
export function tensorkitMethods(chain: Chain, sealer: Sealer): Methods {
  return {
    tensorkit_mine: call(async (params, { signal }) => {
      const count = params.value(0) === null ? 1 : params.integer(0, 'count', { min: 1, max: maxMine })
      return blockId(await sealer.mine(count, signal))
    }),
    tensorkit_mineToBlock: call(async (params, { signal }) => {
      const target = params.integer(0, 'number', { min: 0, max: 0xffff_ffff })
      const count = target - chain.head.number
      if (count < 0) throw invalidParams(`number: the chain is at block ${chain.head.number} already`)
      if (count > maxMine) throw invalidParams(`number: at most ${maxMine} blocks at once`)
      return blockId(count === 0 ? chain.head : await sealer.mine(count, signal))
    }),
    tensorkit_sealing: call(() => sealer.sealing),
    tensorkit_mineToEpoch: refused,
    tensorkit_setTime: refused,
    tensorkit_snapshot: refused,
    tensorkit_revert: refused,
    tensorkit_dump: refused,
    tensorkit_load: refused,
    tensorkit_impersonate: refused,
    tensorkit_setBalance: refused,
    tensorkit_setStake: refused,
    tensorkit_setHyperparameter: refused,
    tensorkit_fund: refused,
    tensorkit_publishPulse: refused,
  }
}

function blockId(block: Block): { readonly number: number; readonly hash: string } {
  return { number: block.number, hash: block.hash }
}
