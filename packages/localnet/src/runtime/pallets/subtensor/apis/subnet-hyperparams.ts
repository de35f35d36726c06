import { I32F32 } from '../../../../consensus/fixed-point.js'
import type { ReadContext } from '../../../framework/context.js'
import { struct } from '../../../types/compounds.js'
import { i32f32 } from '../../../types/fixed.js'
import { bool, compactU16, compactU64 } from '../../../types/primitives.js'
import type { TypeOf } from '../../../types/ty.js'
import { activityCutoff } from '../block-step/epoch-input.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { subnets } from '../storage/subnets.js'
import { type Columns, once } from './columns.js'

const fields = {
  rho: compactU16,
  kappa: compactU16,
  immunity_period: compactU16,
  min_allowed_weights: compactU16,
  max_weights_limit: compactU16,
  tempo: compactU16,
  min_difficulty: compactU64,
  max_difficulty: compactU64,
  weights_version: compactU64,
  weights_rate_limit: compactU64,
  adjustment_interval: compactU16,
  activity_cutoff: compactU64,
  registration_allowed: bool,
  target_regs_per_interval: compactU16,
  min_burn: compactU64,
  max_burn: compactU64,
  bonds_moving_avg: compactU64,
  max_regs_per_block: compactU16,
  serving_rate_limit: compactU64,
  max_validators: compactU16,
  adjustment_alpha: compactU64,
  difficulty: compactU64,
  commit_reveal_period: compactU64,
  commit_reveal_weights_enabled: bool,
  alpha_high: compactU16,
  alpha_low: compactU16,
  liquid_alpha_enabled: bool,
}

export const subnetHyperparams = struct('pallet_subtensor::rpc_info::subnet_info::SubnetHyperparams', fields)

export const subnetHyperparamsV2 = struct('pallet_subtensor::rpc_info::subnet_info::SubnetHyperparamsV2', {
  ...fields,
  alpha_sigmoid_steepness: i32f32,
  yuma_version: compactU16,
  subnet_is_active: bool,
  transfers_enabled: bool,
  bonds_reset_enabled: bool,
  user_liquidity_enabled: bool,
})

/** A subnet's hyperparameters, one by one. */
export function hyperparameterColumns({ db }: ReadContext, netuid: number): Columns<TypeOf<typeof subnetHyperparams>> {
  const h = hyperparameters
  const alphas = once(() => h.AlphaValues.get(db, netuid))
  return {
    rho: () => h.Rho.get(db, netuid),
    kappa: () => h.Kappa.get(db, netuid),
    immunity_period: () => h.ImmunityPeriod.get(db, netuid),
    min_allowed_weights: () => h.MinAllowedWeights.get(db, netuid),
    // A constant by now: the stored limit is not looked at.
    max_weights_limit: () => 0xffff,
    tempo: () => h.Tempo.get(db, netuid),
    min_difficulty: () => subnets.MinDifficulty.get(db, netuid),
    max_difficulty: () => subnets.MaxDifficulty.get(db, netuid),
    weights_version: () => h.WeightsVersionKey.get(db, netuid),
    weights_rate_limit: () => h.WeightsSetRateLimit.get(db, netuid),
    adjustment_interval: () => subnets.AdjustmentInterval.get(db, netuid),
    activity_cutoff: () => activityCutoff(db, netuid),
    registration_allowed: () => subnets.NetworkRegistrationAllowed.get(db, netuid),
    target_regs_per_interval: () => subnets.TargetRegistrationsPerInterval.get(db, netuid),
    min_burn: () => subnets.MinBurn.get(db, netuid),
    max_burn: () => subnets.MaxBurn.get(db, netuid),
    bonds_moving_avg: () => h.BondsMovingAverage.get(db, netuid),
    max_regs_per_block: () => subnets.MaxRegistrationsPerBlock.get(db, netuid),
    serving_rate_limit: () => h.ServingRateLimit.get(db, netuid),
    max_validators: () => h.MaxAllowedValidators.get(db, netuid),
    adjustment_alpha: () => subnets.AdjustmentAlpha.get(db, netuid),
    difficulty: () => subnets.Difficulty.get(db, netuid),
    commit_reveal_period: () => h.RevealPeriodEpochs.get(db, netuid),
    commit_reveal_weights_enabled: () => h.CommitRevealWeightsEnabled.get(db, netuid),
    alpha_high: () => alphas()[1],
    alpha_low: () => alphas()[0],
    liquid_alpha_enabled: () => h.LiquidAlphaOn.get(db, netuid),
  }
}

/** The same with what came later. */
export const hyperparameterColumnsV2 = (context: ReadContext, netuid: number): Columns<TypeOf<typeof subnetHyperparamsV2>> => ({
  ...hyperparameterColumns(context, netuid),
  alpha_sigmoid_steepness: () => ({ bits: I32F32.fromInt(hyperparameters.AlphaSigmoidSteepness.get(context.db, netuid)) }),
  yuma_version: () => (hyperparameters.Yuma3On.get(context.db, netuid) ? 3 : 2),
  subnet_is_active: () => subnets.SubtokenEnabled.get(context.db, netuid),
  transfers_enabled: () => subnets.TransferToggle.get(context.db, netuid),
  bonds_reset_enabled: () => hyperparameters.BondsResetOn.get(context.db, netuid),
  user_liquidity_enabled: () => false,
})
