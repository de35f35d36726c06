import { refTime } from '../../framework/weight.js'
import { bool, taoBalance, u8, u16, u64 } from '../../types/primitives.js'
import { subtensorEvents } from '../subtensor/events.js'
import { hyperparameters, schedule } from '../subtensor/storage/hyperparameters.js'
import { subnets } from '../subtensor/storage/subnets.js'
import { keep, keepOfSubnet, rootCall, subnetCall } from './admin-call.js'
import { adminEvents } from './events.js'
import { adminErrors } from './rules.js'

const time = (picoseconds: bigint, reads: number, writes = 1): bigint => refTime({ time: picoseconds, reads, writes })

const weightsSetRateLimit = subnetCall({
  index: 7,
  args: { weights_set_rate_limit: u64 },
  refTime: time(16_420_000n, 1),
  by: 'root',
  subnet: 'exists',
  set: keepOfSubnet('weights_set_rate_limit', hyperparameters.WeightsSetRateLimit, subtensorEvents.WeightsSetRateLimitSet),
})

const kappaCall = subnetCall({
  index: 16,
  args: { kappa: u16 },
  refTime: time(16_301_000n, 1),
  by: 'root',
  subnet: 'exists',
  set: keepOfSubnet('kappa', hyperparameters.Kappa, subtensorEvents.KappaSet),
})

const registrationAllowed = subnetCall({
  index: 19,
  args: { registration_allowed: bool },
  refTime: time(7_113_000n, 0),
  by: 'root',
  set: keepOfSubnet('registration_allowed', subnets.NetworkRegistrationAllowed, subtensorEvents.RegistrationAllowed),
})

const maxAllowedValidators = subnetCall({
  index: 25,
  args: { max_allowed_validators: u16 },
  refTime: time(35_896_000n, 6),
  by: 'root-in-window',
  subnet: 'exists',
  set: (context, { netuid, max_allowed_validators: most }) => {
    adminErrors.ensure(most <= hyperparameters.MaxAllowedUids.get(context.db, netuid), 'MaxValidatorsLargerThanMaxUIds')
    hyperparameters.MaxAllowedValidators.set(context.db, netuid, most)
    context.emit(subtensorEvents.MaxAllowedValidatorsSet([netuid, most]))
  },
})

const networkRateLimit = rootCall({
  index: 29,
  args: { rate_limit: u64 },
  refTime: time(14_000_000n, 0),
  set: keep('rate_limit', subnets.NetworkRateLimit, subtensorEvents.NetworkRateLimitSet),
})

const tempoCall = subnetCall({
  index: 30,
  args: { tempo: u16 },
  refTime: time(36_298_000n, 5, 2),
  by: 'root-in-window',
  subnet: 'exists',
  set: (context, { netuid, tempo }) => {
    hyperparameters.Tempo.set(context.db, netuid, tempo)
    context.emit(subtensorEvents.TempoSet([netuid, tempo]))
    // A new tempo begins now.
    schedule.LastEpochBlock.set(context.db, netuid, BigInt(context.block.number))
  },
})

const networkMinLockCost = rootCall({
  index: 36,
  args: { lock_cost: taoBalance },
  refTime: time(14_000_000n, 0),
  set: keep('lock_cost', subnets.NetworkMinLockCost, subtensorEvents.NetworkMinLockCostSet),
})

const subnetLimit = rootCall({
  index: 37,
  args: { max_subnets: u16 },
  refTime: time(14_000_000n, 0),
  set: keep('max_subnets', subnets.SubnetLimit, subtensorEvents.SubnetLimitSet),
})

const stakeThreshold = rootCall({
  index: 42,
  args: { min_stake: u64 },
  refTime: time(5_500_000n, 0),
  set: keep('min_stake', hyperparameters.StakeThreshold, subtensorEvents.StakeThresholdSet),
})

const subtokenEnabled = subnetCall({
  index: 66,
  args: { subtoken_enabled: bool },
  refTime: time(25_467_000n, 4),
  by: 'root-in-window',
  set: (context, { netuid, subtoken_enabled: enabled }) => {
    subnets.SubtokenEnabled.set(context.db, netuid, enabled)
  },
})

const adminFreezeWindow = rootCall({
  index: 74,
  args: { window: u16 },
  refTime: time(5_450_000n, 0),
  set: keep('window', schedule.AdminFreezeWindow, subtensorEvents.AdminFreezeWindowSet),
})

const ownerRateLimit = rootCall({
  index: 75,
  args: { epochs: u16 },
  refTime: time(5_471_000n, 0),
  set: keep('epochs', schedule.OwnerHyperparamRateLimit, subtensorEvents.OwnerHyperparamRateLimitSet),
})

const subnetEmissionEnabled = subnetCall({
  index: 94,
  args: { enabled: bool },
  refTime: time(16_351_000n, 1),
  by: 'root',
  subnet: 'not-root',
  set: (context, { netuid, enabled }) => {
    subnets.SubnetEmissionEnabled.set(context.db, netuid, enabled)
    context.emit(adminEvents.SubnetEmissionEnabledSet({ netuid, enabled }))
  },
})

const maxEpochsPerBlock = rootCall({
  index: 96,
  args: { max_epochs_per_block: u8 },
  refTime: time(5_530_000n, 0),
  set: (context, { max_epochs_per_block: most }) => {
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
