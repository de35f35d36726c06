import { defineEvents } from '../../framework/events.js'
import { type VariantSpec, vec } from '../../types/compounds.js'
import { u64f64 } from '../../types/fixed.js'
import { alphaBalance, bool, netUid, storageIndex, taoBalance, u8, u16, u64 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'

/** The events that the modelled calls and the block step emit. Amounts in rao. */
export const subtensorEventSpecs = {
  /** netuid, mechanism. */
  NetworkAdded: [0, [netUid, u16]],
  /** coldkey, hotkey, TAO, alpha, netuid, fee. */
  StakeAdded: [2, [accountId, accountId, taoBalance, alphaBalance, netUid, u64]],
  /** storage index of the mechanism, uid. */
  WeightsSet: [5, [storageIndex, u16]],
  /** netuid, uid, hotkey. */
  NeuronRegistered: [6, [netUid, u16, accountId]],
  MaxAllowedUidsSet: [9, [netUid, u16]],
  KappaSet: [18, [netUid, u16]],
  MinAllowedWeightSet: [19, [netUid, u16]],
  WeightsSetRateLimitSet: [22, [netUid, u64]],
  ImmunityPeriodSet: [23, [netUid, u16]],
  BondsMovingAverageSet: [24, [netUid, u64]],
  BondsPenaltySet: [25, [netUid, u16]],
  BondsResetOnSet: [26, [netUid, bool]],
  MaxAllowedValidatorsSet: [27, [netUid, u16]],
  /** netuid, hotkey. */
  AxonServed: [28, [netUid, accountId]],
  WeightsVersionKeySet: [32, [netUid, u64]],
  ServingRateLimitSet: [35, [netUid, u64]],
  BurnSet: [36, [netUid, taoBalance]],
  MaxBurnSet: [37, [netUid, taoBalance]],
  MinBurnSet: [38, [netUid, taoBalance]],
  MaxEpochsPerBlockSet: [39, u8],
  AdminFreezeWindowSet: [43, u16],
  OwnerHyperparamRateLimitSet: [44, u16],
  RegistrationAllowed: [50, [netUid, bool]],
  TempoSet: [52, [netUid, u16]],
  RAORecycledForRegistrationSet: [53, [netUid, taoBalance]],
  StakeThresholdSet: [54, u64],
  NetworkRateLimitSet: [58, u64],
  NetworkMinLockCostSet: [61, taoBalance],
  SubnetLimitSet: [62, u16],
  SubnetOwnerHotkeySet: [94, [netUid, accountId]],
  FirstEmissionBlockNumberSet: [95, [netUid, u64]],
  CommitRevealPeriodsSet: [100, [netUid, u64]],
  CommitRevealEnabled: [101, [netUid, bool]],
  /** What each uid's hotkey earned by incentive in an epoch. */
  IncentiveAlphaEmittedToMiners: [110, { netuid: storageIndex, emissions: vec(alphaBalance) }],
  BurnHalfLifeSet: [124, { netuid: netUid, burn_half_life: u16 }],
  BurnIncreaseMultSet: [125, { netuid: netUid, burn_increase_mult: u64f64 }],
  EpochDeferred: [132, { netuid: netUid, from_block: u64, to_block: u64 }],
  EpochSkipped: [133, { netuid: netUid, block: u64 }],
} as const satisfies Record<string, VariantSpec>

export const subtensorEvents = defineEvents('SubtensorModule', subtensorEventSpecs)
