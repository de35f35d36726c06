import { blake2, defineStorage, identity, map, optionalMap, twox64, value } from '../../../framework/storage-item.js'
import { tuple, vec } from '../../../types/compounds.js'
import { bool, i16, netUid, taoBalance, u8, u16, u32, u64 } from '../../../types/primitives.js'

const perSubnet = [identity(netUid)] as const
const off = map(perSubnet, bool, false)

/** What governs a subnet, and what governs all. u16 fractions are of 65535, times in blocks. */
export const hyperparameters = defineStorage('SubtensorModule', {
  Tempo: map(perSubnet, u16, 360),
  Kappa: map(perSubnet, u16, 32_767),
  Rho: map(perSubnet, u16, 10),
  ImmunityPeriod: map(perSubnet, u16, 4096),
  MinAllowedWeights: map(perSubnet, u16, 1024),
  MaxWeightsLimit: map(perSubnet, u16, 65_535),
  MaxAllowedUids: map(perSubnet, u16, 256),
  MinAllowedUids: map(perSubnet, u16, 64),
  MaxAllowedValidators: map(perSubnet, u16, 128),
  WeightsVersionKey: map(perSubnet, u64, 0n),
  WeightsSetRateLimit: map(perSubnet, u64, 100n),
  /** Thousandths of a tempo. */
  ActivityCutoffFactorMilli: map(perSubnet, u32, 13_889),
  ActivityCutoff: map(perSubnet, u16, 5000),
  /** Millionths. */
  BondsMovingAverage: map(perSubnet, u64, 900_000n),
  BondsPenalty: map(perSubnet, u16, 65_535),
  BondsResetOn: off,
  LiquidAlphaOn: map([blake2(netUid)], bool, false),
  /** Low and high. */
  AlphaValues: map(perSubnet, tuple(u16, u16), [45_875, 58_982]),
  AlphaSigmoidSteepness: map(perSubnet, i16, 1000),
  Yuma3On: map([blake2(netUid)], bool, false),
  CommitRevealWeightsEnabled: map(perSubnet, bool, true),
  CommitRevealWeightsVersion: value(u16, 4),
  RevealPeriodEpochs: map([twox64(netUid)], u64, 1n),
  ServingRateLimit: map(perSubnet, u64, 50n),
  ImmuneOwnerUidsLimit: map(perSubnet, u16, 1),
  MinNonImmuneUids: map(perSubnet, u16, 10),
  StakeThreshold: value(u64, 0n),
  /** Of 2^64 − 1. */
  TaoWeight: value(u64, 971_718_665_099_567_868n),
  SubnetOwnerCut: value(u16, 11_796),
  ScalingLawPower: map(perSubnet, u16, 50),
  ValidatorPruneLen: map(perSubnet, u64, 1n),
  EMAPriceHalvingBlocks: map(perSubnet, u64, 201_600n),
  MechanismCountCurrent: map([twox64(netUid)], u8, 1),
  MaxMechanismCount: value(u8, 2),
  MechanismEmissionSplit: optionalMap([twox64(netUid)], vec(u16)),
  NominatorMinRequiredStake: value(taoBalance, 0n),
})

/** When epochs run. */
export const schedule = defineStorage('SubtensorModule', {
  LastEpochBlock: map(perSubnet, u64, 0n),
  PendingEpochAt: map(perSubnet, u64, 0n),
  SubnetEpochIndex: map(perSubnet, u64, 0n),
  BlocksSinceLastStep: map(perSubnet, u64, 0n),
  LastMechansimStepBlock: map(perSubnet, u64, 0n),
  MaxEpochsPerBlock: value(u8, 2),
  AdminFreezeWindow: value(u16, 10),
  OwnerHyperparamRateLimit: value(u16, 2),
})
