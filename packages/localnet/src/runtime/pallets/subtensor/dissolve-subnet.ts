import type { Storage } from '../../../state/storage.js'
import type { RuntimeContext } from '../../framework/context.js'
import { rescind, spendable, withdrawFee } from '../balances/accounts.js'
import { purgeCommitments } from '../commitments/timelocked-index.js'
import { swap } from '../swap/swap.js'
import { ensure } from './errors.js'
import { subtensorEvents } from './events.js'
import { forgetSubnet } from './forget-subnet.js'
import { floatToU64 } from './safe-float.js'
import { stakeOf } from './stake-pool.js'
import { rootClaims } from './storage/root-claims.js'
import { pools, stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import { subnetAccount } from './subnet-account.js'
import { subnetExists } from './subnets.js'
import { changeTaoIssuance, hasBalance, payFromSubnet } from './tao.js'

/** A part of a subnet's alpha: a coldkey's stake on a hotkey, or the pool's own. */
interface Part {
  /** Undefined for the pool's. */
  readonly coldkey: string | undefined
  readonly alpha: bigint
}

/** The stake of all on a subnet. What rounds to nothing counts by its share. */
function stakeParts(db: Storage, netuid: number): Part[] {
  const parts: Part[] = []
  for (const [hotkey, on] of stake.TotalHotkeyAlpha.keys(db)) {
    if (on !== netuid) continue
    for (const [, coldkey, other] of stake.AlphaV2.keys(db, hotkey)) {
      if (other !== netuid) continue
      const value = stakeOf(db, { hotkey, coldkey, netuid })
      const alpha = value === 0n ? floatToU64(stake.AlphaV2.get(db, hotkey, coldkey, netuid)) : value
      if (alpha > 0n) parts.push({ coldkey, alpha })
    }
  }
  return parts
}

/** Divides an amount by parts; what rounding leaves goes to those that lost most, one rao each. */
function divide(amount: bigint, parts: readonly Part[]): (Part & { readonly tao: bigint })[] {
  const total = parts.reduce((sum, { alpha }) => sum + alpha, 0n)
  if (total === 0n) return []
  const shares = parts.map((part) => ({ part, tao: (amount * part.alpha) / total, rest: (amount * part.alpha) % total }))
  const given = shares.reduce((sum, { tao }) => sum + tao, 0n)
  const left = Number(amount - given)
  const sorted = shares.sort((a, b) => (a.rest === b.rest ? 0 : a.rest > b.rest ? -1 : 1))
  return sorted.map(({ part, tao }, at) => ({ ...part, tao: at < left ? tao + 1n : tao }))
}

/** Removes all stake on a subnet. */
function removeStakes(db: Storage, netuid: number): void {
  for (const item of [stake.Alpha, stake.AlphaV2]) {
    for (const [hotkey, coldkey, on] of item.keys(db)) if (on === netuid) item.remove(db, hotkey, coldkey, netuid)
  }
  for (const item of [stake.TotalHotkeyAlpha, stake.TotalHotkeyShares, stake.TotalHotkeySharesV2]) {
    for (const [hotkey, on] of item.keys(db)) if (on === netuid) item.remove(db, hotkey, netuid)
  }
}

/**
 * Turns the alpha of a subnet back into the TAO of its pool: what stakers held is paid out, the pool's own part is
 * recycled. The owner's lock is not given back: only subnets from before registration opened on the chain have that.
 *
 * Source: subtensor `destroy_alpha_in_out_stakes`, spec 425.
 */
function payOutStakes(context: RuntimeContext, netuid: number): void {
  const { db } = context
  const pot = pools.SubnetTAO.get(db, netuid)
  const own = pools.SubnetProtocolAlpha.get(db, netuid)
  // The pool's alpha has a part of its own for all subnets but those of the genesis.
  const inPool = subnets.NetworkRegisteredAt.get(db, netuid) > 0n ? pools.SubnetAlphaIn.get(db, netuid) : 0n
  const parts: Part[] = [...stakeParts(db, netuid), { coldkey: undefined, alpha: own + inPool }]
  pools.SubnetTAO.remove(db, netuid)
  pools.TotalStake.set(db, pools.TotalStake.get(db) - pot)
  const account = subnetAccount(netuid)
  for (const { coldkey, tao } of divide(pot, parts)) {
    // A payment that the account cannot make is passed over: subnets of the genesis have a pool without the TAO.
    if (coldkey !== undefined && tao > 0n && hasBalance(context, account, tao)) payFromSubnet(context, netuid, coldkey, tao)
  }
  removeStakes(db, netuid)
  for (const item of [pools.SubnetAlphaIn, pools.SubnetAlphaOut, pools.SubnetProtocolAlpha]) item.remove(db, netuid)
  subnets.SubnetLocked.set(db, netuid, 0n)
  const rest = spendable(db, account)
  withdrawFee(context, account, rest)
  rescind(context, rest)
  changeTaoIssuance(db, -rest)
}

/** Removes what root's validators have gathered for a subnet and not claimed. */
function removeRootClaims(db: Storage, netuid: number): void {
  for (const [hotkey] of stake.RootClaimable.keys(db)) {
    const rates = stake.RootClaimable.get(db, hotkey)
    const kept = rates.filter(([on]) => on !== netuid)
    if (kept.length < rates.length) stake.RootClaimable.set(db, hotkey, kept)
  }
  rootClaims.RootClaimed.removeAll(db, netuid)
}

/**
 * Ends a subnet: its stakers get the pool's TAO, and all that is kept of it is forgotten.
 *
 * Source: subtensor `do_dissolve_network`, spec 425.
 */
export function dissolveSubnet(context: RuntimeContext, netuid: number): void {
  const { db } = context
  ensure(netuid !== 0 && subnetExists(db, netuid), 'SubnetNotExists')
  removeRootClaims(db, netuid)
  payOutStakes(context, netuid)
  for (const item of [swap.PalSwapInitialized, swap.FeeRate, swap.SwapBalancer]) item.remove(db, netuid)
  purgeCommitments(db, netuid)
  forgetSubnet(context, netuid)
  context.emit(subtensorEvents.NetworkRemoved(netuid))
}
