import type { Storage } from '../../../../state/storage.js'
import { defineCall } from '../../../framework/call.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { option } from '../../../types/compounds.js'
import { bool, netUid } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { ensure } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { hotkeyExists, owns } from '../hotkeys.js'
import { hotkeyAlpha } from '../stake-pool.js'
import { limits } from '../storage/limits.js'
import { neurons } from '../storage/neurons.js'
import { rootClaims } from '../storage/root-claims.js'
import { stake } from '../storage/stake.js'
import { isSubnetAccount } from '../subnet-account.js'
import { allNetuids } from '../subnets.js'
import { type HotkeySwap, swapHotkeyOnSubnet } from '../swap-hotkey.js'
import { hasBalance, recycleTao } from '../tao.js'

/** What a swap costs, in rao: everywhere, and on one subnet. */
const SWAP_COST = 100_000_000n
const SWAP_ON_SUBNET_COST = 1_000_000n
/** Blocks between two swaps of a coldkey's on a subnet: a day. */
const SWAP_INTERVAL = 7200n

const lastCall = (account: string) => ({ type: 'LastTxBlock', value: account }) as const
const lastTake = (account: string) => ({ type: 'LastTxBlockDelegateTake', value: account }) as const
const lastChildTake = (account: string) => ({ type: 'LastTxBlockChildKeyTake', value: account }) as const
const allLimits = [lastCall, lastTake, lastChildTake]

interface Swapping extends HotkeySwap {
  readonly coldkey: string
}

/** What holds for a swap everywhere and on one subnet. */
function check({ db, block }: RuntimeContext, { coldkey, oldHotkey, newHotkey }: Swapping, netuid: number | undefined): void {
  ensure(owns(db, coldkey, oldHotkey), 'NonAssociatedColdKey')
  ensure(!hotkeyExists(db, newHotkey) || owns(db, coldkey, newHotkey), 'NonAssociatedColdKey')
  ensure(oldHotkey !== newHotkey, 'NewHotKeyIsSameWithOld')
  const limit = limits.TxRateLimit.get(db)
  const last = stake.LastRateLimitedBlock.get(db, lastCall(coldkey))
  ensure(limit === 0n || last === 0n || BigInt(block.number) - last > limit, 'HotKeySetTxRateLimitExceeded')
  const isKnown =
    netuid === undefined
      ? neurons.IsNetworkMember.keys(db, newHotkey).some(([, of]) => neurons.IsNetworkMember.get(db, newHotkey, of))
      : neurons.IsNetworkMember.has(db, newHotkey, netuid)
  ensure(!isKnown, 'HotKeyAlreadyRegisteredInSubNet')
  ensure((netuid !== undefined && netuid !== 0) || isCleanOnRoot(db, newHotkey), 'NewHotKeyNotCleanForRootSwap')
}

const isCleanOnRoot = (db: Storage, hotkey: string): boolean =>
  stake.RootClaimable.get(db, hotkey).length === 0 &&
  hotkeyAlpha(db, hotkey, 0) === 0n &&
  rootClaims.RootClaimed.keys(db, 0, hotkey).length === 0

function pay(context: RuntimeContext, coldkey: string, cost: bigint): void {
  ensure(hasBalance(context, coldkey, cost), 'NotEnoughBalanceToPaySwapHotKey')
  recycleTao(context, coldkey, cost)
}

/** Source: subtensor `swap_hotkey_on_subnet`, spec 424. */
function swapOnOne(context: RuntimeContext, netuid: number, swapping: Swapping): void {
  const { db, block } = context
  const { coldkey, oldHotkey, newHotkey } = swapping
  const now = BigInt(block.number)
  ensure(limits.LastHotkeySwapOnNetuid.get(db, netuid, coldkey) + SWAP_INTERVAL < now, 'HotKeySwapOnSubnetIntervalNotPassed')
  ensure(!isSubnetAccount(newHotkey), 'CannotUseSystemAccount')
  pay(context, coldkey, SWAP_ON_SUBNET_COST)
  stake.Owner.set(db, newHotkey, coldkey)
  const owned = stake.OwnedHotkeys.get(db, coldkey)
  if (!owned.includes(newHotkey)) stake.OwnedHotkeys.set(db, coldkey, [...owned, newHotkey])
  swapHotkeyOnSubnet(context, netuid, swapping)
  stake.LastRateLimitedBlock.set(db, lastCall(coldkey), now)
  limits.LastHotkeySwapOnNetuid.set(db, netuid, coldkey, now)
  context.emit(subtensorEvents.HotkeySwappedOnSubnet({ coldkey, old_hotkey: oldHotkey, new_hotkey: newHotkey, netuid }))
}

/** Source: subtensor `perform_hotkey_swap_on_all_subnets`, spec 424; nothing is locked. */
function swapEverywhere(context: RuntimeContext, swapping: Swapping): void {
  const { db } = context
  const { coldkey, oldHotkey, newHotkey, keepStake } = swapping
  const stakers = stake.AlphaV2.keys(db, oldHotkey).map(([, staker]) => staker)
  stake.Owner.remove(db, oldHotkey)
  ensure(!isSubnetAccount(newHotkey), 'CannotUseSystemAccount')
  stake.Owner.set(db, newHotkey, coldkey)
  const owned = stake.OwnedHotkeys.get(db, coldkey)
  const after = owned.includes(newHotkey) ? owned : [...owned, newHotkey]
  stake.OwnedHotkeys.set(
    db,
    coldkey,
    after.filter((hotkey) => hotkey !== oldHotkey),
  )
  for (const netuid of allNetuids(db)) swapHotkeyOnSubnet(context, netuid, swapping)
  for (const limit of allLimits) stake.LastRateLimitedBlock.remove(db, limit(oldHotkey))
  if (stake.Delegates.has(db, oldHotkey)) {
    stake.Delegates.set(db, newHotkey, stake.Delegates.get(db, oldHotkey))
    stake.Delegates.remove(db, oldHotkey)
  }
  if (keepStake) return
  for (const staker of stakers) {
    const hotkeys = stake.StakingHotkeys.get(db, staker)
    if (!hotkeys.includes(oldHotkey)) continue
    stake.StakingHotkeys.set(db, staker, [...hotkeys.filter((hotkey) => hotkey !== oldHotkey && hotkey !== newHotkey), newHotkey])
  }
}

/** Source: subtensor `do_swap_hotkey`, spec 424. */
function swapAll(context: RuntimeContext, swapping: Swapping): void {
  const { db, block } = context
  const { coldkey, oldHotkey, newHotkey } = swapping
  const now = BigInt(block.number)
  const affected = allNetuids(db).filter(
    (netuid) => neurons.IsNetworkMember.get(db, oldHotkey, netuid) || stake.ChildKeys.get(db, oldHotkey, netuid).length > 0,
  )
  for (const netuid of affected) {
    const last = limits.LastHotkeySwapOnNetuid.get(db, netuid, coldkey)
    ensure(last === 0n || last + SWAP_INTERVAL < now, 'HotKeySwapOnSubnetIntervalNotPassed')
  }
  pay(context, coldkey, SWAP_COST)
  swapEverywhere(context, swapping)
  for (const netuid of affected) limits.LastHotkeySwapOnNetuid.set(db, netuid, coldkey, now)
  stake.LastRateLimitedBlock.set(db, lastCall(coldkey), now)
  context.emit(subtensorEvents.HotkeySwapped({ coldkey, old_hotkey: oldHotkey, new_hotkey: newHotkey }))
}

function swap(context: RuntimeContext, origin: Origin, hotkeys: HotkeySwap, netuid: number | undefined): void {
  const { db } = context
  const swapping = { ...hotkeys, coldkey: ensureSigned(origin) }
  check(context, swapping, netuid)
  for (const limit of allLimits) {
    stake.LastRateLimitedBlock.set(db, limit(swapping.newHotkey), stake.LastRateLimitedBlock.get(db, limit(swapping.oldHotkey)))
  }
  if (netuid === undefined) swapAll(context, swapping)
  else swapOnOne(context, netuid, swapping)
}

/** Puts a hotkey in the place of another of the same coldkey, on one subnet or everywhere, with its stake. */
export const swapHotkey = defineCall({
  index: 70,
  args: { hotkey: accountId, new_hotkey: accountId, netuid: option(netUid) },
  refTime: refTime({ time: 1_242_038_000n, reads: 182, writes: 99 }),
  run: (context, origin, { hotkey, new_hotkey: newHotkey, netuid }) =>
    swap(context, origin, { oldHotkey: hotkey, newHotkey, keepStake: false }, netuid),
})

/** The same; the stake may stay where it is. */
export const swapHotkeyV2 = defineCall({
  index: 72,
  args: { hotkey: accountId, new_hotkey: accountId, netuid: option(netUid), keep_stake: bool },
  refTime: refTime({ time: 275_300_000n, reads: 52, writes: 35 }),
  run: (context, origin, { hotkey, new_hotkey: newHotkey, netuid, keep_stake: keepStake }) =>
    swap(context, origin, { oldHotkey: hotkey, newHotkey, keepStake }, netuid),
})
