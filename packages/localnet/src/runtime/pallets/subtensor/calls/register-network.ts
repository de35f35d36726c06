import { networkLockCost } from '../../../../coinbase/network-lock-cost.js'
import { initialLastEpochBlock } from '../../../../consensus/epoch-schedule.js'
import { U64F64 } from '../../../../consensus/fixed-point.js'
import { maxOf } from '../../../../consensus/min-max.js'
import type { Storage } from '../../../../state/storage.js'
import { defineCall } from '../../../framework/call.js'
import type { ReadContext, RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { option } from '../../../types/compounds.js'
import type { TypeOf } from '../../../types/ty.js'
import { accountId } from '../../../types/well-known.js'
import { dissolveSubnet } from '../dissolve-subnet.js'
import { ensure, failWith } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { createHotkey, hotkeyExists, owns } from '../hotkeys.js'
import { ensureSubnetIdentity } from '../identities.js'
import { appendNeuron } from '../neurons.js'
import { alphaPrice } from '../pool.js'
import { asPoolCheck } from '../pool-codes.js'
import { subnetToPrune } from '../prune-subnet.js'
import { networkLastRegistered, passesNetworkRateLimit } from '../rate-limits.js'
import { adoptOwnersHotkey } from '../schedule-children.js'
import { hyperparameters, schedule } from '../storage/hyperparameters.js'
import { pools, stake } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'
import { isSubnetAccount } from '../subnet-account.js'
import { allNetuids } from '../subnets.js'
import { nextSymbol } from '../symbols.js'
import { hasBalance, payToSubnet } from '../tao.js'
import { subnetIdentity } from '../types.js'

/** What registering a subnet locks now, in rao. */
export const lockCost = ({ db, block }: ReadContext): bigint =>
  networkLockCost({
    lastLock: subnets.NetworkLastLockCost.get(db),
    minLock: subnets.NetworkMinLockCost.get(db),
    lastLockBlock: stake.LastRateLimitedBlock.get(db, networkLastRegistered),
    reductionInterval: subnets.NetworkLockReductionInterval.get(db),
    block: BigInt(block.number),
  })

/** The median of the prices of all subnets that have one, U64F64 bits; 1 if there is none. */
function medianPrice(db: Storage): bigint {
  const prices = allNetuids(db)
    .filter((netuid) => netuid !== 0)
    .map((netuid) => alphaPrice(db, netuid))
    .filter((price) => price > 0n)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const lower = prices[(prices.length - 1) >> 1]
  const upper = prices[prices.length >> 1]
  if (lower === undefined || upper === undefined) return U64F64.one
  return prices.length % 2 === 1 ? upper : U64F64.safeDiv(U64F64.add(lower, upper), U64F64.fromInt(2))
}

const checkRateLimit = (context: ReadContext): void => ensure(passesNetworkRateLimit(context), 'NetworkTxRateLimitExceeded')

/** The settings of a new subnet that differ from what storage says of one that is not there. */
function initSubnet(context: RuntimeContext, netuid: number): void {
  const { db, block } = context
  const tempo = hyperparameters.Tempo.spec.fallback?.() ?? 0
  subnets.SubnetworkN.set(db, netuid, 0)
  subnets.NetworksAdded.set(db, netuid, true)
  hyperparameters.Tempo.set(db, netuid, tempo)
  schedule.LastEpochBlock.set(db, netuid, initialLastEpochBlock({ netuid, tempo, block: BigInt(block.number) }))
  subnets.TotalNetworks.set(db, subnets.TotalNetworks.get(db) + 1)
  subnets.NetworkRegistrationAllowed.set(db, netuid, true)
  context.emit(subtensorEvents.RegistrationAllowed([netuid, true]))
  hyperparameters.MaxAllowedUids.set(db, netuid, 256)
  context.emit(subtensorEvents.MaxAllowedUidsSet([netuid, 256]))
  hyperparameters.MaxAllowedValidators.set(db, netuid, 64)
  context.emit(subtensorEvents.MaxAllowedValidatorsSet([netuid, 64]))
  hyperparameters.MinAllowedWeights.set(db, netuid, 1)
  context.emit(subtensorEvents.MinAllowedWeightSet([netuid, 1]))
  hyperparameters.ImmunityPeriod.set(db, netuid, 5000)
  context.emit(subtensorEvents.ImmunityPeriodSet([netuid, 5000]))
  hyperparameters.Yuma3On.set(db, netuid, true)
  subnets.Burn.set(db, netuid, 1_000_000_000n)
  hyperparameters.Kappa.set(db, netuid, hyperparameters.Kappa.get(db, netuid))
  hyperparameters.ActivityCutoff.set(db, netuid, hyperparameters.ActivityCutoff.get(db, netuid))
  subnets.RegistrationsThisInterval.set(db, netuid, 0)
}

/** What a subnet is registered with. */
interface NewSubnet {
  readonly hotkey: string
  readonly identity?: TypeOf<typeof subnetIdentity> | undefined
}

/**
 * Makes a subnet. The lock becomes the pool's TAO, and the pool's alpha is what that buys at the median price; the hotkey
 * becomes the owner's and gets uid 0.
 *
 * Source: subtensor `do_register_network`, spec 425.
 */
function register(context: RuntimeContext, origin: Origin, { hotkey, identity }: NewSubnet): void {
  const { db, block } = context
  const coldkey = ensureSigned(origin)
  const now = BigInt(block.number)
  ensure(!hotkeyExists(db, hotkey) || owns(db, coldkey, hotkey), 'NonAssociatedColdKey')
  ensure(!isSubnetAccount(hotkey), 'CannotUseSystemAccount')
  ensure(now >= subnets.NetworkRegistrationStartBlock.get(db), 'SubNetRegistrationDisabled')
  checkRateLimit(context)
  const taken = allNetuids(db).filter((netuid) => netuid !== 0)
  const full = taken.length >= subnets.SubnetLimit.get(db)
  const pruned = full ? (subnetToPrune(context) ?? failWith('SubnetLimitReached')) : undefined
  const lock = lockCost(context)
  ensure(hasBalance(context, coldkey, lock), 'CannotAffordLockCost')

  if (pruned !== undefined) dissolveSubnet(context, pruned)
  let netuid = pruned ?? 1
  while (pruned === undefined && taken.includes(netuid)) netuid++
  const price = medianPrice(db)
  initSubnet(context, netuid)
  const locked = payToSubnet(context, netuid, coldkey, lock)
  subnets.NetworkLastLockCost.set(db, locked)
  stake.LastRateLimitedBlock.set(db, networkLastRegistered, now)
  createHotkey(db, coldkey, hotkey)
  appendNeuron(db, netuid, hotkey, now)
  subnets.SubnetMechanism.set(db, netuid, 1)
  subnets.NetworkRegisteredAt.set(db, netuid, now)
  subnets.RegisteredSubnetCounter.set(db, netuid, subnets.RegisteredSubnetCounter.get(db, netuid) + 1n)
  subnets.TokenSymbol.set(db, netuid, nextSymbol(db, netuid))

  const minimum = subnets.NetworkMinLockCost.get(db)
  const tao = maxOf(locked, minimum)
  pools.SubnetTAO.set(db, netuid, tao)
  pools.SubnetAlphaIn.set(db, netuid, U64F64.toU64(U64F64.safeDiv(U64F64.fromInt(tao), price)))
  subnets.SubnetOwner.set(db, netuid, coldkey)
  subnets.SubnetOwnerHotkey.set(db, netuid, hotkey)
  context.emit(subtensorEvents.SubnetOwnerHotkeySet([netuid, hotkey]))
  subnets.SubnetLocked.set(db, netuid, locked)
  pools.SubnetAlphaOut.set(db, netuid, 0n)
  pools.SubnetVolume.set(db, netuid, 0n)
  subnets.RAORecycledForRegistration.set(db, netuid, 0n)
  pools.TotalStake.set(db, pools.TotalStake.get(db) + tao)
  if (identity) {
    ensureSubnetIdentity(identity)
    subnets.SubnetIdentitiesV3.set(db, netuid, identity)
    context.emit(subtensorEvents.SubnetIdentitySet(netuid))
  }
  adoptOwnersHotkey(context, netuid)
  context.emit(subtensorEvents.NetworkAdded([netuid, 1]))
  subnets.SubnetEmissionEnabled.set(db, netuid, false)
}

/** Registers a subnet. */
export const registerNetwork = defineCall({
  index: 59,
  args: { hotkey: accountId },
  refTime: refTime({ time: 277_125_000n, reads: 40, writes: 48 }),
  poolCheck: asPoolCheck(checkRateLimit),
  run: (context, origin, { hotkey }) => register(context, origin, { hotkey }),
})

/** The same, with what the subnet is. The pool does not look at the rate limit of this one. */
export const registerNetworkWithIdentity = defineCall({
  index: 79,
  args: { hotkey: accountId, identity: option(subnetIdentity) },
  refTime: refTime({ time: 275_041_000n, reads: 39, writes: 47 }),
  run: (context, origin, { hotkey, identity }) => register(context, origin, { hotkey, identity }),
})
