import { I64F64 } from '../../../../consensus/fixed-point.js'
import { stakeWeight } from '../../../../consensus/stake-weight.js'
import type { Storage } from '../../../../state/storage.js'
import { stakesOf } from '../inherited-stake.js'
import { hyperparameters } from '../storage/hyperparameters.js'

/** What each hotkey has for weight on a subnet, in rao: alpha, TAO on root, and both together. */
export function readStakes(db: Storage, netuid: number, hotkeys: readonly string[]) {
  const taoWeight = hyperparameters.TaoWeight.get(db)
  return hotkeys.map((hotkey) => {
    const parts = stakesOf(db, netuid, hotkey)
    return { ...parts, total: I64F64.toU64(stakeWeight({ ...parts, taoWeight })) }
  })
}
