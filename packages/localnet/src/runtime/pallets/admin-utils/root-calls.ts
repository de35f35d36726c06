import { defineCall } from '../../framework/call.js'
import { ensureRoot } from '../../framework/origin.js'
import { refTime } from '../../framework/weight.js'
import { bool, netUid, taoBalance, u8, u16, u64 } from '../../types/primitives.js'
import { subtensorEvents } from '../subtensor/events.js'
import { hyperparameters, schedule } from '../subtensor/storage/hyperparameters.js'
import { subnets } from '../subtensor/storage/subnets.js'
import { adminEvents } from './events.js'
import { adminErrors, changeAsRootInWindow, ensureSubnet } from './rules.js'

const time = (picoseconds: bigint, reads: number, writes = 1): bigint => refTime({ time: picoseconds, reads, writes })

const weightsSetRateLimit = defineCall({
  index: 7,
  args: { netuid: netUid, weights_set_rate_limit: u64 },
  refTime: time(16_420_000n, 1),
  run: (context, origin, { netuid, weights_set_rate_limit: blocks }) => {
    ensureRoot(origin)
    ensureSubnet(context, netuid)
    hyperparameters.WeightsSetRateLimit.set(context.db, netuid, blocks)
    context.emit(subtensorEvents.WeightsSetRateLimitSet([netuid, blocks]))
  },
})

const kappaCall = defineCall({
  index: 16,
  args: { netuid: netUid, kappa: u16 },
  refTime: time(16_301_000n, 1),
  run: (context, origin, { netuid, kappa }) => {
    ensureRoot(origin)
    ensureSubnet(context, netuid)
    hyperparameters.Kappa.set(context.db, netuid, kappa)
    context.emit(subtensorEvents.KappaSet([netuid, kappa]))
  },
})

const registrationAllowed = defineCall({
  index: 19,
  args: { netuid: netUid, registration_allowed: bool },
  refTime: time(7_113_000n, 0),
  run: (context, origin, { netuid, registration_allowed: allowed }) => {
    ensureRoot(origin)
    subnets.NetworkRegistrationAllowed.set(context.db, netuid, allowed)
    context.emit(subtensorEvents.RegistrationAllowed([netuid, allowed]))
  },
})

const maxAllowedValidators = defineCall({
  index: 25,
  args: { netuid: netUid, max_allowed_validators: u16 },
  refTime: time(35_896_000n, 6),
  run: (context, origin, { netuid, max_allowed_validators: most }) =>
    changeAsRootInWindow({ context, origin, netuid }, () => {
      ensureSubnet(context, netuid)
      adminErrors.ensure(most <= hyperparameters.MaxAllowedUids.get(context.db, netuid), 'MaxValidatorsLargerThanMaxUIds')
      hyperparameters.MaxAllowedValidators.set(context.db, netuid, most)
      context.emit(subtensorEvents.MaxAllowedValidatorsSet([netuid, most]))
    }),
})

const networkRateLimit = defineCall({
  index: 29,
  args: { rate_limit: u64 },
  refTime: time(14_000_000n, 0),
  run: (context, origin, { rate_limit: blocks }) => {
    ensureRoot(origin)
    subnets.NetworkRateLimit.set(context.db, blocks)
    context.emit(subtensorEvents.NetworkRateLimitSet(blocks))
  },
})

const tempoCall = defineCall({
  index: 30,
  args: { netuid: netUid, tempo: u16 },
  refTime: time(36_298_000n, 5, 2),
  run: (context, origin, { netuid, tempo }) =>
    changeAsRootInWindow({ context, origin, netuid }, () => {
      ensureSubnet(context, netuid)
      hyperparameters.Tempo.set(context.db, netuid, tempo)
      context.emit(subtensorEvents.TempoSet([netuid, tempo]))
      // A new tempo begins now.
      schedule.LastEpochBlock.set(context.db, netuid, BigInt(context.block.number))
    }),
})

const networkMinLockCost = defineCall({
  index: 36,
  args: { lock_cost: taoBalance },
  refTime: time(14_000_000n, 0),
  run: (context, origin, { lock_cost: rao }) => {
    ensureRoot(origin)
    subnets.NetworkMinLockCost.set(context.db, rao)
    context.emit(subtensorEvents.NetworkMinLockCostSet(rao))
  },
})

const subnetLimit = defineCall({
  index: 37,
  args: { max_subnets: u16 },
  refTime: time(14_000_000n, 0),
  run: (context, origin, { max_subnets: most }) => {
    ensureRoot(origin)
    subnets.SubnetLimit.set(context.db, most)
    context.emit(subtensorEvents.SubnetLimitSet(most))
  },
})

const stakeThreshold = defineCall({
  index: 42,
  args: { min_stake: u64 },
  refTime: time(5_500_000n, 0),
  run: (context, origin, { min_stake: least }) => {
    ensureRoot(origin)
    hyperparameters.StakeThreshold.set(context.db, least)
    context.emit(subtensorEvents.StakeThresholdSet(least))
  },
})

const subtokenEnabled = defineCall({
  index: 66,
  args: { netuid: netUid, subtoken_enabled: bool },
  refTime: time(25_467_000n, 4),
  run: (context, origin, { netuid, subtoken_enabled: enabled }) =>
    changeAsRootInWindow({ context, origin, netuid }, () => {
      subnets.SubtokenEnabled.set(context.db, netuid, enabled)
    }),
})

const adminFreezeWindow = defineCall({
  index: 74,
  args: { window: u16 },
  refTime: time(5_450_000n, 0),
  run: (context, origin, { window }) => {
    ensureRoot(origin)
    schedule.AdminFreezeWindow.set(context.db, window)
    context.emit(subtensorEvents.AdminFreezeWindowSet(window))
  },
})

const ownerRateLimit = defineCall({
  index: 75,
  args: { epochs: u16 },
  refTime: time(5_471_000n, 0),
  run: (context, origin, { epochs }) => {
    ensureRoot(origin)
    schedule.OwnerHyperparamRateLimit.set(context.db, epochs)
    context.emit(subtensorEvents.OwnerHyperparamRateLimitSet(epochs))
  },
})

const subnetEmissionEnabled = defineCall({
  index: 94,
  args: { netuid: netUid, enabled: bool },
  refTime: time(16_351_000n, 1),
  run: (context, origin, { netuid, enabled }) => {
    ensureRoot(origin)
    ensureSubnet(context, netuid)
    adminErrors.ensure(netuid !== 0, 'NotPermittedOnRootSubnet')
    subnets.SubnetEmissionEnabled.set(context.db, netuid, enabled)
    context.emit(adminEvents.SubnetEmissionEnabledSet({ netuid, enabled }))
  },
})

const maxEpochsPerBlock = defineCall({
  index: 96,
  args: { max_epochs_per_block: u8 },
  refTime: time(5_530_000n, 0),
  run: (context, origin, { max_epochs_per_block: most }) => {
    ensureRoot(origin)
    adminErrors.ensure(most >= 1, 'ValueNotInBounds')
    schedule.MaxEpochsPerBlock.set(context.db, most)
    context.emit(subtensorEvents.MaxEpochsPerBlockSet(most))
  },
})

/** What only root may change. */
export const rootCalls = {
  sudo_set_weights_set_rate_limit: weightsSetRateLimit,
  sudo_set_kappa: kappaCall,
  sudo_set_network_registration_allowed: registrationAllowed,
  sudo_set_max_allowed_validators: maxAllowedValidators,
  sudo_set_network_rate_limit: networkRateLimit,
  sudo_set_tempo: tempoCall,
  sudo_set_network_min_lock_cost: networkMinLockCost,
  sudo_set_subnet_limit: subnetLimit,
  sudo_set_stake_threshold: stakeThreshold,
  sudo_set_subtoken_enabled: subtokenEnabled,
  sudo_set_admin_freeze_window: adminFreezeWindow,
  sudo_set_owner_hparam_rate_limit: ownerRateLimit,
  sudo_set_subnet_emission_enabled: subnetEmissionEnabled,
  sudo_set_max_epochs_per_block: maxEpochsPerBlock,
}
