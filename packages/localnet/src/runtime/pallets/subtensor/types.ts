import { boundedBytes, btreeSet, enumeration, option, struct } from '../../types/compounds.js'
import { u64f64 } from '../../types/fixed.js'
import { alphaBalance, bytes, i64, netUid, taoBalance, u8, u16, u32, u64, u128 } from '../../types/primitives.js'
import { type TypeOf, typeName } from '../../types/ty.js'
import { accountId, percent } from '../../types/well-known.js'

const path = 'pallet_subtensor::pallet'

/** Where a neuron's server listens. */
export const axonInfo = struct(`${path}::AxonInfo`, {
  /** Block in which it was served. */
  block: u64,
  version: u32,
  /** IPv4 as its 32 bits, IPv6 as its 128. */
  ip: u128,
  port: u16,
  /** 4 or 6. */
  ip_type: u8,
  protocol: u8,
  placeholder1: u8,
  placeholder2: u8,
})
export type AxonInfo = TypeOf<typeof axonInfo>

/** What a neuron that has not served has. */
export const noAxon: AxonInfo = { block: 0n, version: 0, ip: 0n, port: 0, ip_type: 0, protocol: 0, placeholder1: 0, placeholder2: 0 }

export const prometheusInfo = struct(`${path}::PrometheusInfo`, { block: u64, version: u32, ip: u128, port: u16, ip_type: u8 })
export const noPrometheus: TypeOf<typeof prometheusInfo> = { block: 0n, version: 0, ip: 0n, port: 0, ip_type: 0 }

/** What the chain keeps of a TLS key at most. */
export const MAX_CERTIFICATE_KEY_BYTES = 64

export const neuronCertificate = struct(`${path}::NeuronCertificate`, {
  public_key: boundedBytes(MAX_CERTIFICATE_KEY_BYTES),
  algorithm: u8,
})

export const subnetIdentity = struct(`${path}::SubnetIdentityV3`, {
  subnet_name: bytes,
  github_repo: bytes,
  subnet_contact: bytes,
  subnet_url: bytes,
  discord: bytes,
  description: bytes,
  logo_url: bytes,
  additional: bytes,
})

export const chainIdentity = struct(`${path}::ChainIdentityV2`, {
  name: bytes,
  url: bytes,
  github_repo: bytes,
  image: bytes,
  discord: bytes,
  description: bytes,
  additional: bytes,
})

/** A decimal floating-point number: mantissa × 10^exponent. */
export const safeFloat = struct('share_pool::SafeFloat', { mantissa: u128, exponent: i64 })

/** How much of a stake is locked, since when, and the conviction it has earned. */
export const lockState = struct('pallet_subtensor::staking::lock::LockState', {
  locked_mass: alphaBalance,
  conviction: u64f64,
  /** Block. */
  last_update: u64,
})

/** Whether root dividends become TAO, stay alpha, or stay alpha on some subnets. */
export const rootClaimType = enumeration(`${path}::RootClaimTypeEnum`, {
  Swap: [0],
  Keep: [1],
  KeepSubnets: [2, { subnets: btreeSet(netUid) }],
})

export const subnetLease = struct(
  'pallet_subtensor::subnets::leasing::SubnetLease',
  {
    beneficiary: accountId,
    coldkey: accountId,
    hotkey: accountId,
    emissions_share: percent,
    end_block: option(u32),
    netuid: netUid,
    cost: taoBalance,
  },
  [
    { name: 'AccountId', ty: accountId },
    { name: 'BlockNumber', ty: u32 },
    { name: 'Balance', ty: taoBalance },
  ],
)

/** What happens to incentive that an owner's hotkey would earn. */
export const recycleOrBurn = enumeration(`${path}::RecycleOrBurnEnum`, { Burn: [0], Recycle: [1] })

/** The hyperparameters whose changes by an owner are counted one by one. */
export const hyperparameter = enumeration('pallet_subtensor::utils::rate_limiting::Hyperparameter', {
  Unknown: [0],
  ServingRateLimit: [1],
  MaxDifficulty: [2],
  AdjustmentAlpha: [3],
  MaxWeightLimit: [4],
  ImmunityPeriod: [5],
  MinAllowedWeights: [6],
  Kappa: [7],
  Rho: [8],
  ActivityCutoff: [9],
  PowRegistrationAllowed: [10],
  MinBurn: [11],
  MaxBurn: [12],
  BondsMovingAverage: [13],
  BondsPenalty: [14],
  CommitRevealEnabled: [15],
  LiquidAlphaEnabled: [16],
  AlphaValues: [17],
  WeightCommitInterval: [18],
  TransferEnabled: [19],
  AlphaSigmoidSteepness: [20],
  Yuma3Enabled: [21],
  BondsResetEnabled: [22],
  ImmuneNeuronLimit: [23],
  RecycleOrBurn: [24],
  MaxAllowedUids: [25],
  BurnHalfLife: [26],
  BurnIncreaseMult: [27],
  SubnetEmissionEnabled: [28],
  MinChildkeyTake: [29],
  ActivityCutoffFactorMilli: [30],
  TriggerEpoch: [31],
})
export type HyperparameterName = TypeOf<typeof hyperparameter>['type']

/** What a rate limit is counted for. */
export const rateLimitKey = enumeration(typeName('pallet_subtensor::RateLimitKey', [{ name: 'AccountId', ty: accountId }]), {
  SetSNOwnerHotkey: [0, netUid],
  OwnerHyperparamUpdate: [1, [netUid, hyperparameter]],
  NetworkLastRegistered: [2],
  LastTxBlock: [3, accountId],
  LastTxBlockChildKeyTake: [4, accountId],
  LastTxBlockDelegateTake: [5, accountId],
  AddStakeBurn: [6, netUid],
})
