import type { Storage } from '../../../state/storage.js'
import { recycleAlpha } from '../alpha-assets/alpha-assets.js'
import { pools } from './storage/stake.js'

/** Takes alpha that is nobody's stake out of circulation and out of the issuance. Source: subtensor `recycle_subnet_alpha`, spec 424. */
export function recycleSubnetAlpha(db: Storage, netuid: number, amount: bigint): void {
  if (amount === 0n) return
  const out = pools.SubnetAlphaOut.get(db, netuid)
  pools.SubnetAlphaOut.set(db, netuid, out > amount ? out - amount : 0n)
  recycleAlpha(db, netuid, amount)
}
