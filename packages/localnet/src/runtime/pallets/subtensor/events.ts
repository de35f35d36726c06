import { defineEvents } from '../../framework/events.js'
import { option, result, tuple, type VariantSpec, vec } from '../../types/compounds.js'
import { u64f64 } from '../../types/fixed.js'
import {
  alphaBalance,
  bool,
  bytes,
  compactU16,
  i16,
  netUid,
  storageIndex,
  taoBalance,
  u8,
  u16,
  u32,
  u64,
  unit,
} from '../../types/primitives.js'
import { accountId, dispatchError, h160, h256 } from '../../types/well-known.js'
import { rootClaimType } from './types.js'

/** All events of the pallet. Amounts in rao; not every one can come from what is modelled. */
export const subtensorEventSpecs = {
  // Subnets, stake and neurons.
  /** netuid, mechanism. */
  NetworkAdded: [0, [netUid, u16]],
  NetworkRemoved: [1, netUid],
  /** coldkey, hotkey, TAO, alpha, netuid, fee. */
  StakeAdded: [2, [accountId, accountId, taoBalance, alphaBalance, netUid, u64]],
  /** coldkey, hotkey, TAO, alpha, netuid, fee. */
  StakeRemoved: [3, [accountId, accountId, taoBalance, alphaBalance, netUid, u64]],
  /** coldkey, origin hotkey, origin netuid, destination hotkey, destination netuid, TAO. */
  StakeMoved: [4, [accountId, accountId, netUid, accountId, netUid, taoBalance]],
  /** storage index of the mechanism, uid. */
  WeightsSet: [5, [storageIndex, u16]],
  /** netuid, uid, hotkey. */
  NeuronRegistered: [6, [netUid, u16, accountId]],
  BulkNeuronsRegistered: [7, [u16, u16]],
  BulkBalancesSet: [8, [u16, u16]],

  // Settings.
  MaxAllowedUidsSet: [9, [netUid, u16]],
  MaxWeightLimitSet: [10, [netUid, u16]],
  DifficultySet: [11, [netUid, u64]],
  AdjustmentIntervalSet: [12, [netUid, u16]],
  RegistrationPerIntervalSet: [13, [netUid, u16]],
  MaxRegistrationsPerBlockSet: [14, [netUid, u16]],
  ActivityCutoffSet: [15, [netUid, u16]],
  RhoSet: [16, [netUid, u16]],
  AlphaSigmoidSteepnessSet: [17, [netUid, i16]],
  KappaSet: [18, [netUid, u16]],
  MinAllowedWeightSet: [19, [netUid, u16]],
  ValidatorPruneLenSet: [20, [netUid, u64]],
  ScalingLawPowerSet: [21, [netUid, u16]],
  WeightsSetRateLimitSet: [22, [netUid, u64]],
  ImmunityPeriodSet: [23, [netUid, u16]],
  BondsMovingAverageSet: [24, [netUid, u64]],
  BondsPenaltySet: [25, [netUid, u16]],
  BondsResetOnSet: [26, [netUid, bool]],
  MaxAllowedValidatorsSet: [27, [netUid, u16]],

  // Serving and delegation.
  /** netuid, hotkey. */
  AxonServed: [28, [netUid, accountId]],
  /** netuid, hotkey. */
  PrometheusServed: [29, [netUid, accountId]],
  /** coldkey, hotkey, take. */
  DelegateAdded: [30, [accountId, accountId, u16]],
  DefaultTakeSet: [31, u16],

  // More settings.
  WeightsVersionKeySet: [32, [netUid, u64]],
  MinDifficultySet: [33, [netUid, u64]],
  MaxDifficultySet: [34, [netUid, u64]],
  ServingRateLimitSet: [35, [netUid, u64]],
  BurnSet: [36, [netUid, taoBalance]],
  MaxBurnSet: [37, [netUid, taoBalance]],
  MinBurnSet: [38, [netUid, taoBalance]],
  MaxEpochsPerBlockSet: [39, u8],
  TxRateLimitSet: [40, u64],
  TxDelegateTakeRateLimitSet: [41, u64],
  TxChildKeyTakeRateLimitSet: [42, u64],
  AdminFreezeWindowSet: [43, u16],
  OwnerHyperparamRateLimitSet: [44, u16],
  MinChildKeyTakeSet: [45, u16],
  MinChildKeyTakePerSubnetSet: [46, [netUid, u16]],
  MaxChildKeyTakeSet: [47, u16],
  /** hotkey, take. */
  ChildKeyTakeSet: [48, [accountId, u16]],
  Sudid: [49, result(unit, dispatchError)],
  RegistrationAllowed: [50, [netUid, bool]],
  PowRegistrationAllowed: [51, [netUid, bool]],
  TempoSet: [52, [netUid, u16]],
  RAORecycledForRegistrationSet: [53, [netUid, taoBalance]],
  StakeThresholdSet: [54, u64],
  AdjustmentAlphaSet: [55, [netUid, u64]],
  Faucet: [56, [accountId, u64]],
  SubnetOwnerCutSet: [57, u16],
  NetworkRateLimitSet: [58, u64],
  NetworkImmunityPeriodSet: [59, u64],
  StartCallDelaySet: [60, u64],
  NetworkMinLockCostSet: [61, taoBalance],
  SubnetLimitSet: [62, u16],
  NetworkLockCostReductionIntervalSet: [63, u64],

  // Takes, keys, children and identities.
  /** coldkey, hotkey, take. */
  TakeDecreased: [64, [accountId, accountId, u16]],
  /** coldkey, hotkey, take. */
  TakeIncreased: [65, [accountId, accountId, u16]],
  HotkeySwapped: [66, { coldkey: accountId, old_hotkey: accountId, new_hotkey: accountId }],
  MaxDelegateTakeSet: [67, u16],
  MinDelegateTakeSet: [68, u16],
  ColdkeySwapAnnounced: [69, { who: accountId, new_coldkey_hash: h256 }],
  ColdkeySwapReset: [70, { who: accountId }],
  ColdkeySwapped: [71, { old_coldkey: accountId, new_coldkey: accountId }],
  ColdkeySwapDisputed: [72, { coldkey: accountId }],
  AllBalanceUnstakedAndTransferredToNewColdkey: [73, { current_coldkey: accountId, new_coldkey: accountId, total_balance: u64 }],
  ArbitrationPeriodExtended: [74, { coldkey: accountId }],
  /** hotkey, netuid, block of the cooldown's end, children. */
  SetChildrenScheduled: [75, [accountId, netUid, u64, vec(tuple(u64, accountId))]],
  /** hotkey, netuid, children. */
  SetChildren: [76, [accountId, netUid, vec(tuple(u64, accountId))]],
  ChainIdentitySet: [77, accountId],
  SubnetIdentitySet: [78, netUid],
  SubnetIdentityRemoved: [79, netUid],
  DissolveNetworkScheduled: [80, { account: accountId, netuid: netUid, execution_block: u32 }],
  ColdkeySwapAnnouncementDelaySet: [81, u32],
  ColdkeySwapReannouncementDelaySet: [82, u32],
  DissolveNetworkScheduleDurationSet: [83, u32],

  // Weights.
  /** hotkey, storage index, hash of the commit. */
  CRV3WeightsCommitted: [84, [accountId, storageIndex, h256]],
  /** hotkey, storage index, hash. */
  WeightsCommitted: [85, [accountId, storageIndex, h256]],
  /** hotkey, storage index, hash. */
  WeightsRevealed: [86, [accountId, storageIndex, h256]],
  /** hotkey, netuid, hashes. */
  WeightsBatchRevealed: [87, [accountId, netUid, vec(h256)]],
  /** netuids, hotkey. */
  BatchWeightsCompleted: [88, [vec(compactU16), accountId]],
  BatchCompletedWithErrors: [89],
  /** netuid, error. */
  BatchWeightItemFailed: [90, [netUid, dispatchError]],

  // Stake in motion, and owners.
  /** origin coldkey, destination coldkey, hotkey, origin netuid, destination netuid, TAO. */
  StakeTransferred: [91, [accountId, accountId, accountId, netUid, netUid, taoBalance]],
  /** coldkey, hotkey, origin netuid, destination netuid, TAO. */
  StakeSwapped: [92, [accountId, accountId, netUid, netUid, taoBalance]],
  TransferToggle: [93, [netUid, bool]],
  /** netuid, hotkey. */
  SubnetOwnerHotkeySet: [94, [netUid, accountId]],
  /** netuid, block. */
  FirstEmissionBlockNumberSet: [95, [netUid, u64]],
  /** coldkey, hotkey, alpha, netuid. */
  AlphaRecycled: [96, [accountId, accountId, alphaBalance, netUid]],
  /** coldkey, hotkey, alpha, netuid. */
  AlphaBurned: [97, [accountId, accountId, alphaBalance, netUid]],
  EvmKeyAssociated: [98, { netuid: netUid, hotkey: accountId, evm_key: h160, block_associated: u64 }],

  // Leases, symbols and sealed weights.
  CRV3WeightsRevealed: [99, [netUid, accountId]],
  CommitRevealPeriodsSet: [100, [netUid, u64]],
  CommitRevealEnabled: [101, [netUid, bool]],
  HotkeySwappedOnSubnet: [102, { coldkey: accountId, old_hotkey: accountId, new_hotkey: accountId, netuid: netUid }],
  SubnetLeaseCreated: [103, { beneficiary: accountId, lease_id: u32, netuid: netUid, end_block: option(u32) }],
  SubnetLeaseTerminated: [104, { beneficiary: accountId, netuid: netUid }],
  SymbolUpdated: [105, { netuid: netUid, symbol: bytes }],
  CommitRevealVersionSet: [106, u16],
  /** hotkey, storage index, hash of the commit, drand round. */
  TimelockedWeightsCommitted: [107, [accountId, storageIndex, h256, u64]],
  /** storage index, hotkey. */
  TimelockedWeightsRevealed: [108, [storageIndex, accountId]],

  // Automatic stake, root claims and voting power.
  AutoStakeAdded: [109, { netuid: netUid, destination: accountId, hotkey: accountId, owner: accountId, incentive: alphaBalance }],
  /** What each uid's hotkey earned by incentive in an epoch. */
  IncentiveAlphaEmittedToMiners: [110, { netuid: storageIndex, emissions: vec(alphaBalance) }],
  MinAllowedUidsSet: [111, [netUid, u16]],
  AutoStakeDestinationSet: [112, { coldkey: accountId, netuid: netUid, hotkey: accountId }],
  MinNonImmuneUidsSet: [113, [netUid, u16]],
  RootClaimed: [114, { coldkey: accountId }],
  RootClaimTypeSet: [115, { coldkey: accountId, root_claim_type: rootClaimType }],
  VotingPowerTrackingEnabled: [116, { netuid: netUid }],
  VotingPowerTrackingDisableScheduled: [117, { netuid: netUid, disable_at_block: u64 }],
  VotingPowerTrackingDisabled: [118, { netuid: netUid }],
  VotingPowerEmaAlphaSet: [119, { netuid: netUid, alpha: u64 }],
  SubnetLeaseDividendsDistributed: [120, { lease_id: u32, contributor: accountId, alpha: alphaBalance }],

  // Burns, fees, locks and the epoch schedule.
  AddStakeBurn: [121, { netuid: netUid, hotkey: accountId, amount: taoBalance, alpha: alphaBalance }],
  ColdkeySwapCleared: [122, { who: accountId }],
  TransactionFeePaidWithAlpha: [123, { who: accountId, netuid: netUid, alpha_fee: alphaBalance, tao_amount: taoBalance }],
  BurnHalfLifeSet: [124, { netuid: netUid, burn_half_life: u16 }],
  BurnIncreaseMultSet: [125, { netuid: netUid, burn_increase_mult: u64f64 }],
  AutoParentDelegationEnabledSet: [126, { hotkey: accountId, enabled: bool }],
  StakeLocked: [127, { coldkey: accountId, hotkey: accountId, netuid: netUid, amount: alphaBalance }],
  StakeUnlocked: [128, { coldkey: accountId, hotkey: accountId, netuid: netUid, amount: alphaBalance }],
  LockMoved: [129, { coldkey: accountId, origin_hotkey: accountId, destination_hotkey: accountId, netuid: netUid }],
  ActivityCutoffFactorMilliSet: [130, { netuid: netUid, factor_milli: u32 }],
  EpochTriggered: [131, { netuid: netUid, by: accountId, fires_at: u64 }],
  EpochDeferred: [132, { netuid: netUid, from_block: u64, to_block: u64 }],
  EpochSkipped: [133, { netuid: netUid, block: u64 }],
  SubnetOwnerChanged: [134, { netuid: netUid, old_coldkey: accountId, new_coldkey: accountId }],
  PerpetualLockUpdated: [135, { coldkey: accountId, netuid: netUid, enabled: bool }],
  RejectLockedAlphaUpdated: [136, { coldkey: accountId, enabled: bool }],
} as const satisfies Record<string, VariantSpec>

export const subtensorEvents = defineEvents('SubtensorModule', subtensorEventSpecs)
