import { U64F64 } from '../../../consensus/fixed-point.js'
import { refTime } from '../../framework/weight.js'
import { u64f64 } from '../../types/fixed.js'
import { bool, taoBalance, u16, u64 } from '../../types/primitives.js'
import { ensure } from '../subtensor/errors.js'
import { subtensorEvents } from '../subtensor/events.js'
import { hyperparameters } from '../subtensor/storage/hyperparameters.js'
import { subnets } from '../subtensor/storage/subnets.js'
import { keepOfSubnet, subnetCall } from './admin-call.js'
import { adminEvents } from './events.js'
import { adminErrors, ensureSubnet } from './rules.js'

const time = (picoseconds: bigint, reads: number, writes = 1): bigint => refTime({ time: picoseconds, reads, writes })

/** Most blocks that a burn may take to halve. */
const maxBurnHalfLife = 36_100
/** Most epochs between commit and reveal. */
const maxRevealPeriod = 100n
/** Most that an owner may set, in millionths. */
const maxOwnerBondsMovingAverage = 975_000n
/** A fortieth: the least of both bounds of liquid alpha. */
const minAlpha = 1638
const minBurnUpperBound = 1_000_000_000n
const maxBurnLowerBound = 100_000_000n

const servingRateLimit = subnetCall({
  index: 3,
  args: { serving_rate_limit: u64 },
  refTime: time(28_633_000n, 4),
  by: 'ServingRateLimit',
  set: keepOfSubnet('serving_rate_limit', hyperparameters.ServingRateLimit, subtensorEvents.ServingRateLimitSet),
})

const weightsVersionKey = subnetCall({
  index: 6,
  args: { weights_version_key: u64 },
  refTime: time(34_204_000n, 5),
  by: 'WeightsVersionKey',
  subnet: 'exists',
  set: keepOfSubnet('weights_version_key', hyperparameters.WeightsVersionKey, subtensorEvents.WeightsVersionKeySet),
})

const immunityPeriod = subnetCall({
  index: 13,
  args: { immunity_period: u16 },
  refTime: time(34_414_000n, 5),
  by: 'ImmunityPeriod',
  subnet: 'exists',
  set: keepOfSubnet('immunity_period', hyperparameters.ImmunityPeriod, subtensorEvents.ImmunityPeriodSet),
})

const minAllowedWeights = subnetCall({
  index: 14,
  args: { min_allowed_weights: u16 },
  refTime: time(34_664_000n, 5),
  by: 'MinAllowedWeights',
  subnet: 'exists',
  set: keepOfSubnet('min_allowed_weights', hyperparameters.MinAllowedWeights, subtensorEvents.MinAllowedWeightSet),
})

const maxAllowedUids = subnetCall({
  index: 15,
  args: { max_allowed_uids: u16 },
  refTime: time(43_381_000n, 8),
  by: 'MaxAllowedUids',
  subnet: 'exists',
  set: (context, { netuid, max_allowed_uids: most }) => {
    const { db } = context
    adminErrors.ensure(most >= hyperparameters.MinAllowedUids.get(db, netuid), 'MaxAllowedUidsLessThanMinAllowedUids')
    adminErrors.ensure(subnets.SubnetworkN.get(db, netuid) <= most, 'MaxAllowedUIdsLessThanCurrentUIds')
    adminErrors.ensure(most <= 256, 'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids')
    ensure(most * hyperparameters.MechanismCountCurrent.get(db, netuid) <= 256, 'TooManyUIDsPerMechanism')
    hyperparameters.MaxAllowedUids.set(db, netuid, most)
    context.emit(subtensorEvents.MaxAllowedUidsSet([netuid, most]))
  },
})

const minBurn = subnetCall({
  index: 22,
  args: { min_burn: taoBalance },
  refTime: time(37_780_000n, 6),
  by: 'MinBurn',
  subnet: 'exists',
  set: (context, { netuid, min_burn: rao }) => {
    adminErrors.ensure(rao < minBurnUpperBound && rao < subnets.MaxBurn.get(context.db, netuid), 'ValueNotInBounds')
    subnets.MinBurn.set(context.db, netuid, rao)
    context.emit(subtensorEvents.MinBurnSet([netuid, rao]))
  },
})

const maxBurn = subnetCall({
  index: 23,
  args: { max_burn: taoBalance },
  refTime: time(36_949_000n, 6),
  by: 'MaxBurn',
  subnet: 'exists',
  set: (context, { netuid, max_burn: rao }) => {
    adminErrors.ensure(rao > maxBurnLowerBound && rao > subnets.MinBurn.get(context.db, netuid), 'ValueNotInBounds')
    subnets.MaxBurn.set(context.db, netuid, rao)
    context.emit(subtensorEvents.MaxBurnSet([netuid, rao]))
  },
})

const bondsMovingAverage = subnetCall({
  index: 26,
  args: { bonds_moving_average: u64 },
  refTime: time(34_495_000n, 5),
  by: 'BondsMovingAverage',
  set: (context, { netuid, bonds_moving_average: millionths }, isOwner) => {
    adminErrors.ensure(!isOwner || millionths <= maxOwnerBondsMovingAverage, 'BondsMovingAverageMaxReached')
    ensureSubnet(context, netuid)
    hyperparameters.BondsMovingAverage.set(context.db, netuid, millionths)
    context.emit(subtensorEvents.BondsMovingAverageSet([netuid, millionths]))
  },
})

const commitRevealEnabled = subnetCall({
  index: 49,
  args: { enabled: bool },
  refTime: time(34_544_000n, 5),
  by: 'CommitRevealEnabled',
  subnet: 'exists',
  set: keepOfSubnet('enabled', hyperparameters.CommitRevealWeightsEnabled, subtensorEvents.CommitRevealEnabled),
})

const liquidAlphaEnabled = subnetCall({
  index: 50,
  args: { enabled: bool },
  refTime: time(25_538_000n, 4),
  by: 'LiquidAlphaEnabled',
  set: ({ db }, { netuid, enabled }) => hyperparameters.LiquidAlphaOn.set(db, netuid, enabled),
})

const alphaValues = subnetCall({
  index: 51,
  args: { alpha_low: u16, alpha_high: u16 },
  refTime: time(34_224_000n, 5),
  by: 'AlphaValues',
  set: (context, { netuid, alpha_low: low, alpha_high: high }) => {
    ensure(hyperparameters.LiquidAlphaOn.get(context.db, netuid), 'LiquidAlphaDisabled')
    ensure(high >= minAlpha, 'AlphaHighTooLow')
    ensure(low >= minAlpha && low <= high, 'AlphaLowOutOfRange')
    hyperparameters.AlphaValues.set(context.db, netuid, [low, high])
  },
})

const commitRevealInterval = subnetCall({
  index: 57,
  args: { interval: u64 },
  refTime: time(34_654_000n, 5),
  by: 'WeightCommitInterval',
  subnet: 'exists',
  set: (context, { netuid, interval }) => {
    ensure(interval <= maxRevealPeriod, 'RevealPeriodTooLarge')
    ensure(interval >= 1n, 'RevealPeriodTooSmall')
    hyperparameters.RevealPeriodEpochs.set(context.db, netuid, interval)
    context.emit(subtensorEvents.CommitRevealPeriodsSet([netuid, interval]))
  },
})

const bondsPenalty = subnetCall({
  index: 60,
  args: { bonds_penalty: u16 },
  refTime: time(34_354_000n, 5),
  by: 'BondsPenalty',
  subnet: 'exists',
  set: keepOfSubnet('bonds_penalty', hyperparameters.BondsPenalty, subtensorEvents.BondsPenaltySet),
})

const yuma3Enabled = subnetCall({
  index: 69,
  args: { enabled: bool },
  refTime: time(28_583_000n, 4),
  by: 'Yuma3Enabled',
  set: (context, { netuid, enabled }) => {
    hyperparameters.Yuma3On.set(context.db, netuid, enabled)
    context.emit(adminEvents.Yuma3EnableToggled({ netuid, enabled }))
  },
})

const bondsResetEnabled = subnetCall({
  index: 70,
  args: { enabled: bool },
  refTime: time(30_507_000n, 4),
  by: 'BondsResetEnabled',
  set: (context, { netuid, enabled }) => {
    hyperparameters.BondsResetOn.set(context.db, netuid, enabled)
    context.emit(subtensorEvents.BondsResetOnSet([netuid, enabled]))
    context.emit(adminEvents.BondsResetToggled({ netuid, enabled }))
  },
})

const burnHalfLife = subnetCall({
  index: 89,
  args: { burn_half_life: u16 },
  refTime: time(25_000_000n, 4),
  class: 'Operational',
  by: 'BurnHalfLife',
  subnet: 'not-root',
  set: (context, { netuid, burn_half_life: blocks }) => {
    adminErrors.ensure(blocks > 0 && blocks <= maxBurnHalfLife, 'InvalidValue')
    subnets.BurnHalfLife.set(context.db, netuid, blocks)
    context.emit(adminEvents.BurnHalfLifeSet({ netuid, burn_half_life: blocks }))
  },
})

const burnIncreaseMult = subnetCall({
  index: 90,
  args: { burn_increase_mult: u64f64 },
  refTime: time(25_000_000n, 4),
  class: 'Operational',
  by: 'BurnIncreaseMult',
  subnet: 'not-root',
  set: (context, { netuid, burn_increase_mult: multiplier }) => {
    adminErrors.ensure(multiplier.bits >= U64F64.one && multiplier.bits <= U64F64.fromInt(3), 'InvalidValue')
    subnets.BurnIncreaseMult.set(context.db, netuid, multiplier)
    context.emit(adminEvents.BurnIncreaseMultSet({ netuid, burn_increase_mult: multiplier }))
  },
})

/** What a subnet's owner may change, and root too. */
export const ownerCalls = {
  sudo_set_serving_rate_limit: servingRateLimit,
  sudo_set_weights_version_key: weightsVersionKey,
  sudo_set_immunity_period: immunityPeriod,
  sudo_set_min_allowed_weights: minAllowedWeights,
  sudo_set_max_allowed_uids: maxAllowedUids,
  sudo_set_min_burn: minBurn,
  sudo_set_max_burn: maxBurn,
  sudo_set_bonds_moving_average: bondsMovingAverage,
  sudo_set_commit_reveal_weights_enabled: commitRevealEnabled,
  sudo_set_liquid_alpha_enabled: liquidAlphaEnabled,
  sudo_set_alpha_values: alphaValues,
  sudo_set_commit_reveal_weights_interval: commitRevealInterval,
  sudo_set_bonds_penalty: bondsPenalty,
  sudo_set_yuma3_enabled: yuma3Enabled,
  sudo_set_bonds_reset_enabled: bondsResetEnabled,
  sudo_set_burn_half_life: burnHalfLife,
  sudo_set_burn_increase_mult: burnIncreaseMult,
}
