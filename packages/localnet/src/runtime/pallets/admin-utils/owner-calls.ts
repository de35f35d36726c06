import { U64F64 } from '../../../consensus/fixed-point.js'
import { defineCall } from '../../framework/call.js'
import { refTime } from '../../framework/weight.js'
import { u64f64 } from '../../types/fixed.js'
import { bool, netUid, taoBalance, u16, u64 } from '../../types/primitives.js'
import { ensure } from '../subtensor/errors.js'
import { subtensorEvents } from '../subtensor/events.js'
import { hyperparameters } from '../subtensor/storage/hyperparameters.js'
import { subnets } from '../subtensor/storage/subnets.js'
import { adminEvents } from './events.js'
import { adminErrors, changeAsOwner, ensureSubnet } from './rules.js'

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

const servingRateLimit = defineCall({
  index: 3,
  args: { netuid: netUid, serving_rate_limit: u64 },
  refTime: time(28_633_000n, 4),
  run: (context, origin, { netuid, serving_rate_limit: limit }) =>
    changeAsOwner({ context, origin, netuid }, 'ServingRateLimit', () => {
      hyperparameters.ServingRateLimit.set(context.db, netuid, limit)
      context.emit(subtensorEvents.ServingRateLimitSet([netuid, limit]))
    }),
})

const weightsVersionKey = defineCall({
  index: 6,
  args: { netuid: netUid, weights_version_key: u64 },
  refTime: time(34_204_000n, 5),
  run: (context, origin, { netuid, weights_version_key: key }) =>
    changeAsOwner({ context, origin, netuid }, 'WeightsVersionKey', () => {
      ensureSubnet(context, netuid)
      hyperparameters.WeightsVersionKey.set(context.db, netuid, key)
      context.emit(subtensorEvents.WeightsVersionKeySet([netuid, key]))
    }),
})

const immunityPeriod = defineCall({
  index: 13,
  args: { netuid: netUid, immunity_period: u16 },
  refTime: time(34_414_000n, 5),
  run: (context, origin, { netuid, immunity_period: blocks }) =>
    changeAsOwner({ context, origin, netuid }, 'ImmunityPeriod', () => {
      ensureSubnet(context, netuid)
      hyperparameters.ImmunityPeriod.set(context.db, netuid, blocks)
      context.emit(subtensorEvents.ImmunityPeriodSet([netuid, blocks]))
    }),
})

const minAllowedWeights = defineCall({
  index: 14,
  args: { netuid: netUid, min_allowed_weights: u16 },
  refTime: time(34_664_000n, 5),
  run: (context, origin, { netuid, min_allowed_weights: least }) =>
    changeAsOwner({ context, origin, netuid }, 'MinAllowedWeights', () => {
      ensureSubnet(context, netuid)
      hyperparameters.MinAllowedWeights.set(context.db, netuid, least)
      context.emit(subtensorEvents.MinAllowedWeightSet([netuid, least]))
    }),
})

const maxAllowedUids = defineCall({
  index: 15,
  args: { netuid: netUid, max_allowed_uids: u16 },
  refTime: time(43_381_000n, 8),
  run: (context, origin, { netuid, max_allowed_uids: most }) =>
    changeAsOwner({ context, origin, netuid }, 'MaxAllowedUids', () => {
      const { db } = context
      ensureSubnet(context, netuid)
      adminErrors.ensure(most >= hyperparameters.MinAllowedUids.get(db, netuid), 'MaxAllowedUidsLessThanMinAllowedUids')
      adminErrors.ensure(subnets.SubnetworkN.get(db, netuid) <= most, 'MaxAllowedUIdsLessThanCurrentUIds')
      adminErrors.ensure(most <= 256, 'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids')
      ensure(most * hyperparameters.MechanismCountCurrent.get(db, netuid) <= 256, 'TooManyUIDsPerMechanism')
      hyperparameters.MaxAllowedUids.set(db, netuid, most)
      context.emit(subtensorEvents.MaxAllowedUidsSet([netuid, most]))
    }),
})

const minBurn = defineCall({
  index: 22,
  args: { netuid: netUid, min_burn: taoBalance },
  refTime: time(37_780_000n, 6),
  run: (context, origin, { netuid, min_burn: rao }) =>
    changeAsOwner({ context, origin, netuid }, 'MinBurn', () => {
      ensureSubnet(context, netuid)
      adminErrors.ensure(rao < minBurnUpperBound && rao < subnets.MaxBurn.get(context.db, netuid), 'ValueNotInBounds')
      subnets.MinBurn.set(context.db, netuid, rao)
      context.emit(subtensorEvents.MinBurnSet([netuid, rao]))
    }),
})

const maxBurn = defineCall({
  index: 23,
  args: { netuid: netUid, max_burn: taoBalance },
  refTime: time(36_949_000n, 6),
  run: (context, origin, { netuid, max_burn: rao }) =>
    changeAsOwner({ context, origin, netuid }, 'MaxBurn', () => {
      ensureSubnet(context, netuid)
      adminErrors.ensure(rao > maxBurnLowerBound && rao > subnets.MinBurn.get(context.db, netuid), 'ValueNotInBounds')
      subnets.MaxBurn.set(context.db, netuid, rao)
      context.emit(subtensorEvents.MaxBurnSet([netuid, rao]))
    }),
})

const bondsMovingAverage = defineCall({
  index: 26,
  args: { netuid: netUid, bonds_moving_average: u64 },
  refTime: time(34_495_000n, 5),
  run: (context, origin, { netuid, bonds_moving_average: millionths }) =>
    changeAsOwner({ context, origin, netuid }, 'BondsMovingAverage', (isOwner) => {
      adminErrors.ensure(!isOwner || millionths <= maxOwnerBondsMovingAverage, 'BondsMovingAverageMaxReached')
      ensureSubnet(context, netuid)
      hyperparameters.BondsMovingAverage.set(context.db, netuid, millionths)
      context.emit(subtensorEvents.BondsMovingAverageSet([netuid, millionths]))
    }),
})

const commitRevealEnabled = defineCall({
  index: 49,
  args: { netuid: netUid, enabled: bool },
  refTime: time(34_544_000n, 5),
  run: (context, origin, { netuid, enabled }) =>
    changeAsOwner({ context, origin, netuid }, 'CommitRevealEnabled', () => {
      ensureSubnet(context, netuid)
      hyperparameters.CommitRevealWeightsEnabled.set(context.db, netuid, enabled)
      context.emit(subtensorEvents.CommitRevealEnabled([netuid, enabled]))
    }),
})

const liquidAlphaEnabled = defineCall({
  index: 50,
  args: { netuid: netUid, enabled: bool },
  refTime: time(25_538_000n, 4),
  run: (context, origin, { netuid, enabled }) =>
    changeAsOwner({ context, origin, netuid }, 'LiquidAlphaEnabled', () => hyperparameters.LiquidAlphaOn.set(context.db, netuid, enabled)),
})

const alphaValues = defineCall({
  index: 51,
  args: { netuid: netUid, alpha_low: u16, alpha_high: u16 },
  refTime: time(34_224_000n, 5),
  run: (context, origin, { netuid, alpha_low: low, alpha_high: high }) =>
    changeAsOwner({ context, origin, netuid }, 'AlphaValues', () => {
      ensure(hyperparameters.LiquidAlphaOn.get(context.db, netuid), 'LiquidAlphaDisabled')
      ensure(high >= minAlpha, 'AlphaHighTooLow')
      ensure(low >= minAlpha && low <= high, 'AlphaLowOutOfRange')
      hyperparameters.AlphaValues.set(context.db, netuid, [low, high])
    }),
})

const commitRevealInterval = defineCall({
  index: 57,
  args: { netuid: netUid, interval: u64 },
  refTime: time(34_654_000n, 5),
  run: (context, origin, { netuid, interval }) =>
    changeAsOwner({ context, origin, netuid }, 'WeightCommitInterval', () => {
      ensureSubnet(context, netuid)
      ensure(interval <= maxRevealPeriod, 'RevealPeriodTooLarge')
      ensure(interval >= 1n, 'RevealPeriodTooSmall')
      hyperparameters.RevealPeriodEpochs.set(context.db, netuid, interval)
      context.emit(subtensorEvents.CommitRevealPeriodsSet([netuid, interval]))
    }),
})

const bondsPenalty = defineCall({
  index: 60,
  args: { netuid: netUid, bonds_penalty: u16 },
  refTime: time(34_354_000n, 5),
  run: (context, origin, { netuid, bonds_penalty: penalty }) =>
    changeAsOwner({ context, origin, netuid }, 'BondsPenalty', () => {
      ensureSubnet(context, netuid)
      hyperparameters.BondsPenalty.set(context.db, netuid, penalty)
      context.emit(subtensorEvents.BondsPenaltySet([netuid, penalty]))
    }),
})

const yuma3Enabled = defineCall({
  index: 69,
  args: { netuid: netUid, enabled: bool },
  refTime: time(28_583_000n, 4),
  run: (context, origin, { netuid, enabled }) =>
    changeAsOwner({ context, origin, netuid }, 'Yuma3Enabled', () => {
      hyperparameters.Yuma3On.set(context.db, netuid, enabled)
      context.emit(adminEvents.Yuma3EnableToggled({ netuid, enabled }))
    }),
})

const bondsResetEnabled = defineCall({
  index: 70,
  args: { netuid: netUid, enabled: bool },
  refTime: time(30_507_000n, 4),
  run: (context, origin, { netuid, enabled }) =>
    changeAsOwner({ context, origin, netuid }, 'BondsResetEnabled', () => {
      hyperparameters.BondsResetOn.set(context.db, netuid, enabled)
      context.emit(subtensorEvents.BondsResetOnSet([netuid, enabled]))
      context.emit(adminEvents.BondsResetToggled({ netuid, enabled }))
    }),
})

const burnHalfLife = defineCall({
  index: 89,
  args: { netuid: netUid, burn_half_life: u16 },
  refTime: time(25_000_000n, 4),
  class: 'Operational',
  run: (context, origin, { netuid, burn_half_life: blocks }) =>
    changeAsOwner({ context, origin, netuid }, 'BurnHalfLife', () => {
      ensureSubnet(context, netuid)
      adminErrors.ensure(netuid !== 0, 'NotPermittedOnRootSubnet')
      adminErrors.ensure(blocks > 0 && blocks <= maxBurnHalfLife, 'InvalidValue')
      subnets.BurnHalfLife.set(context.db, netuid, blocks)
      context.emit(adminEvents.BurnHalfLifeSet({ netuid, burn_half_life: blocks }))
    }),
})

const burnIncreaseMult = defineCall({
  index: 90,
  args: { netuid: netUid, burn_increase_mult: u64f64 },
  refTime: time(25_000_000n, 4),
  class: 'Operational',
  run: (context, origin, { netuid, burn_increase_mult: multiplier }) =>
    changeAsOwner({ context, origin, netuid }, 'BurnIncreaseMult', () => {
      ensureSubnet(context, netuid)
      adminErrors.ensure(netuid !== 0, 'NotPermittedOnRootSubnet')
      adminErrors.ensure(multiplier.bits >= U64F64.one && multiplier.bits <= U64F64.fromInt(3), 'InvalidValue')
      subnets.BurnIncreaseMult.set(context.db, netuid, multiplier)
      context.emit(adminEvents.BurnIncreaseMultSet({ netuid, burn_increase_mult: multiplier }))
    }),
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
