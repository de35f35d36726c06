import type { Storage } from '../../../state/storage.js'
import type { RuntimeContext } from '../../framework/context.js'
import { subtensorEvents } from './events.js'
import { clearMechanism } from './mechanisms.js'
import { mechanismIndex } from './neurons.js'
import { children } from './storage/children.js'
import { commits } from './storage/commits.js'
import { flows } from './storage/flows.js'
import { hyperparameters, schedule } from './storage/hyperparameters.js'
import { keySwaps } from './storage/key-swaps.js'
import { legacy } from './storage/legacy.js'
import { limits } from './storage/limits.js'
import { locks } from './storage/locks.js'
import { neurons } from './storage/neurons.js'
import { pools, stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'

const h = hyperparameters
const s = subnets

// In the order of the chain. What is not listed stays, as it does there: a subnet that gets the netuid next begins with it.
const perSubnet = [
  ...[s.SubnetOwner, s.SubnetworkN, s.NetworksAdded, s.NetworkRegisteredAt],
  ...[neurons.Active, neurons.Emission, neurons.Consensus, neurons.Dividends, neurons.ValidatorPermit, neurons.ValidatorTrust],
  ...[h.Tempo, h.Kappa, s.Difficulty, h.MaxAllowedUids, h.ImmunityPeriod, h.ActivityCutoff, h.ActivityCutoffFactorMilli],
  ...[schedule.LastEpochBlock, schedule.PendingEpochAt, schedule.SubnetEpochIndex, h.MinAllowedWeights],
  ...[s.RegistrationsThisInterval, legacy.POWRegistrationsThisInterval, legacy.BurnRegistrationsThisInterval],
  ...[pools.SubnetAlphaInEmission, pools.SubnetAlphaOutEmission, pools.SubnetTaoInEmission, pools.SubnetVolume, pools.SubnetMovingPrice],
  ...[flows.SubnetTaoFlow, flows.SubnetEmaTaoFlow, flows.SubnetProtocolFlow, flows.SubnetEmaProtocolFlow],
  ...[pools.SubnetExcessTao, flows.SubnetRootSellTao, s.TokenSymbol, s.SubnetMechanism, s.SubnetOwnerHotkey],
  ...[s.NetworkRegistrationAllowed, s.NetworkPowRegistrationAllowed, s.TransferToggle, s.SubnetLocked, s.LargestLocked],
  ...[s.FirstEmissionBlockNumber, pools.PendingValidatorEmission, pools.PendingServerEmission, pools.PendingRootAlphaDivs],
  ...[pools.PendingOwnerCut, pools.MinerBurned, schedule.BlocksSinceLastStep, schedule.LastMechansimStepBlock],
  ...[legacy.LastAdjustmentBlock, h.ServingRateLimit, h.Rho, h.AlphaSigmoidSteepness, h.MaxAllowedValidators],
  ...[h.BondsMovingAverage, h.BondsPenalty, h.BondsResetOn, h.WeightsSetRateLimit, h.ValidatorPruneLen, h.ScalingLawPower],
  ...[s.TargetRegistrationsPerInterval, h.CommitRevealWeightsEnabled, s.BurnHalfLife, s.BurnIncreaseMult, s.Burn, s.MinBurn, s.MaxBurn],
  ...[s.MinDifficulty, s.MaxDifficulty, s.RegistrationsThisBlock, h.EMAPriceHalvingBlocks, s.RAORecycledForRegistration],
  ...[s.MaxRegistrationsPerBlock, h.WeightsVersionKey, h.LiquidAlphaOn, h.Yuma3On, h.AlphaValues, s.SubtokenEnabled],
  ...[locks.OwnerCutAutoLockEnabled, h.ImmuneOwnerUidsLimit, neurons.StakeWeight, legacy.LoadedEmission],
  ...[locks.OwnerLock, locks.DecayingOwnerLock],
]

const bySubnetFirst = [
  ...[neurons.Uids, neurons.Keys, neurons.BlockAtRegistration, neurons.Axons, neurons.NeuronCertificates, neurons.Prometheus],
  ...[stake.AlphaDividendsPerSubnet, children.PendingChildKeys, keySwaps.AssociatedEvmAddress, limits.LastHotkeySwapOnNetuid],
  ...[locks.HotkeyLock, locks.DecayingHotkeyLock],
]

const byAccountFirst = [
  ...[children.ChildkeyTake, stake.ChildKeys, stake.ParentKeys],
  ...[legacy.LastHotkeyEmissionOnNetuid, stake.TotalHotkeyAlphaLastEpoch, locks.DecayingLock],
]

function forgetLocks(db: Storage, netuid: number): void {
  for (const [, hotkey, coldkey] of locks.LockingColdkeys.keys(db, netuid)) locks.Lock.remove(db, coldkey, netuid, hotkey)
  locks.LockingColdkeys.removeAll(db, netuid)
}

/**
 * Forgets what is kept of a subnet.
 *
 * Source: subtensor `remove_network`, spec 425.
 */
export function forgetSubnet(context: RuntimeContext, netuid: number): void {
  const { db } = context
  subnets.TotalNetworks.set(db, Math.max(0, subnets.TotalNetworks.get(db) - 1))
  for (const [, uid] of neurons.Keys.keys(db, netuid)) neurons.IsNetworkMember.remove(db, neurons.Keys.get(db, netuid, uid), netuid)
  forgetLocks(db, netuid)
  const mechanisms = hyperparameters.MechanismCountCurrent.get(db, netuid)
  for (let mechanism = 0; mechanism < mechanisms; mechanism++) {
    const index = mechanismIndex(netuid, mechanism)
    clearMechanism(db, index)
    commits.CRV3WeightCommits.removeAll(db, index)
    commits.CRV3WeightCommitsV2.removeAll(db, index)
  }
  for (const item of [h.RevealPeriodEpochs, h.MechanismCountCurrent, h.MechanismEmissionSplit]) item.remove(db, netuid)
  for (const item of perSubnet) item.remove(db, netuid)
  for (const item of bySubnetFirst) item.removeAll(db, netuid)
  for (const item of byAccountFirst) {
    for (const [account, on] of item.keys(db)) if (on === netuid) item.remove(db, account, netuid)
  }
  for (const [account, on, kind] of stake.TransactionKeyLastBlock.keys(db)) {
    if (on === netuid) stake.TransactionKeyLastBlock.remove(db, account, netuid, kind)
  }
  if (!subnets.SubnetIdentitiesV3.has(db, netuid)) return
  subnets.SubnetIdentitiesV3.remove(db, netuid)
  context.emit(subtensorEvents.SubnetIdentityRemoved(netuid))
}
