import type { RuntimeContext } from '../../framework/context.js'
import { DispatchFailure } from '../../framework/dispatch-failure.js'
import type { TypeOf } from '../../types/ty.js'
import { subtensorEvents } from './events.js'
import { recordProtocolFlow } from './flow.js'
import { sellAlpha } from './pool.js'
import { addRootClaimed, owedToRoot, type RootStaker } from './root-claims.js'
import { increaseStake } from './stake-pool.js'
import { flows } from './storage/flows.js'
import { rootClaims } from './storage/root-claims.js'
import { pools, stake } from './storage/stake.js'
import { subnetAccount } from './subnet-account.js'
import { payFromSubnet } from './tao.js'
import type { rootClaimType } from './types.js'

type RootClaimType = TypeOf<typeof rootClaimType>

const isSwapped = (type: RootClaimType, netuid: number): boolean =>
  type.type === 'Swap' || (type.type === 'KeepSubnets' && !type.value.subnets.includes(netuid))

/** Sells a claim's alpha, and stakes the TAO on root. */
function swapToRoot(context: RuntimeContext, netuid: number, staker: RootStaker, alpha: bigint): void {
  const { db } = context
  const { paidOut: tao } = sellAlpha(db, alpha, { netuid, withoutFee: true })
  payFromSubnet(context, netuid, subnetAccount(0), tao)
  flows.SubnetRootSellTao.set(db, netuid, flows.SubnetRootSellTao.get(db, netuid) + tao)
  recordProtocolFlow(db, netuid, -tao)
  increaseStake(db, { ...staker, netuid: 0 }, tao)
  pools.SubnetTAO.set(db, 0, pools.SubnetTAO.get(db, 0) + tao)
  pools.SubnetAlphaOut.set(db, 0, pools.SubnetAlphaOut.get(db, 0) + tao)
  pools.TotalStake.set(db, pools.TotalStake.get(db) + tao)
  addRootClaimed(db, staker, tao)
}

function claimOn(context: RuntimeContext, netuid: number, staker: RootStaker, type: RootClaimType): void {
  const { db } = context
  const { hotkey, coldkey } = staker
  const owed = owedToRoot(db, netuid, staker)
  if (owed.bits < rootClaims.RootClaimableThreshold.get(db, netuid).bits || owed.alpha === 0n) return
  if (isSwapped(type, netuid)) swapToRoot(context, netuid, staker, owed.alpha)
  else increaseStake(db, { ...staker, netuid }, owed.alpha)
  rootClaims.RootClaimed.set(db, netuid, hotkey, coldkey, rootClaims.RootClaimed.get(db, netuid, hotkey, coldkey) + owed.alpha)
}

/**
 * Claims what a coldkey's stake on root has earned, on all subnets or on some, and is not too little: as alpha that it
 * keeps, or as TAO on root.
 *
 * Source: subtensor `try_do_root_claim`, `root_claim_on_subnet`, spec 424.
 */
export function claimRoot(context: RuntimeContext, coldkey: string, wanted?: readonly number[]): void {
  const { db } = context
  for (const hotkey of stake.StakingHotkeys.get(db, coldkey)) {
    const type = rootClaims.RootClaimType.get(db, coldkey)
    for (const [netuid] of stake.RootClaimable.get(db, hotkey)) {
      if (wanted === undefined || wanted.includes(netuid)) claimOn(context, netuid, { hotkey, coldkey }, type)
    }
  }
  context.emit(subtensorEvents.RootClaimed({ coldkey }))
}

/**
 * Numbers that a block's hash picks, each below a count.
 *
 * Source: subtensor `block_hash_to_indices`, spec 424.
 */
export function pickByHash(hash: Uint8Array, picks: bigint, count: bigint): bigint[] {
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength)
  const max = 2n ** 64n - 1n
  let last = view.getBigUint64(0)
  const picked = new Set<bigint>()
  for (let i = 0; i < Number(picks); i++) {
    const sum = last + view.getBigUint64((i * 8) % 32)
    last = count === 0n ? 0n : (sum > max ? max : sum) % count
    picked.add(last)
  }
  return [...picked].sort((a, b) => (a < b ? -1 : 1))
}

/** Claims for some of those who stake on root, as the last block's hash picks them. A claim that fails changes nothing. */
export function claimForPicked(context: RuntimeContext): void {
  const { db, block } = context
  const count = rootClaims.NumStakingColdkeys.get(db)
  const hash = block.blockHash(block.number - 1)
  if (count === 0n || !hash) return
  for (const number of pickByHash(hash, rootClaims.NumRootClaim.get(db), count)) {
    const coldkey = rootClaims.StakingColdkeysByIndex.get(db, number)
    if (coldkey === undefined) continue
    try {
      db.transactional(() => claimRoot(context, coldkey))
    } catch (error) {
      if (!(error instanceof DispatchFailure)) throw error
    }
  }
}
