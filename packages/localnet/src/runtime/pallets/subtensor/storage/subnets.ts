import { blake2, defineStorage, identity, map, optionalMap, value } from '../../../framework/storage-item.js'
import { u64f64 } from '../../../types/fixed.js'
import { bool, bytes, netUid, taoBalance, u16, u64 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { recycleOrBurn, subnetIdentity } from '../types.js'
import { zeroAccount } from '../zero-account.js'

const perSubnet = [identity(netUid)] as const

/** Subnets: which there are, who owns them, what registration costs. Amounts in rao, times in blocks. */
export const subnets = defineStorage('SubtensorModule', {
  NetworksAdded: map(perSubnet, bool, false),
  TotalNetworks: value(u16, 0),
  SubnetLimit: value(u16, 128),
  SubnetworkN: map(perSubnet, u16, 0),
  SubnetOwner: map(perSubnet, accountId, zeroAccount),
  SubnetOwnerHotkey: map(perSubnet, accountId, zeroAccount),
  SubnetMechanism: map(perSubnet, u16, 0),
  NetworkRegisteredAt: map(perSubnet, u64, 0n),
  RegisteredSubnetCounter: map(perSubnet, u64, 0n),
  FirstEmissionBlockNumber: optionalMap(perSubnet, u64),
  SubtokenEnabled: map(perSubnet, bool, false),
  SubnetEmissionEnabled: map(perSubnet, bool, true),
  NetworkRegistrationAllowed: map(perSubnet, bool, true),
  NetworkPowRegistrationAllowed: map(perSubnet, bool, true),
  NetworkImmunityPeriod: value(u64, 1_296_000n),
  StartCallDelay: value(u64, 0n),
  NetworkMinLockCost: value(taoBalance, 1_000_000_000_000n),
  NetworkLastLockCost: value(taoBalance, 1_000_000_000_000n),
  NetworkLockReductionInterval: value(u64, 100_800n),
  NetworkRateLimit: value(u64, 7200n),
  NetworkRegistrationStartBlock: value(u64, 0n),
  SubnetLocked: map(perSubnet, taoBalance, 0n),
  LargestLocked: map(perSubnet, u64, 0n),
  /** UTF-8. */
  TokenSymbol: map(perSubnet, bytes, new TextEncoder().encode('\u{1d70f}')),
  SubnetIdentitiesV3: optionalMap([blake2(netUid)], subnetIdentity),
  TransferToggle: map(perSubnet, bool, true),
  OwnerCutEnabled: map(perSubnet, bool, true),
  RecycleOrBurn: map(perSubnet, recycleOrBurn, { type: 'Burn', value: undefined }),
  Burn: map(perSubnet, taoBalance, 100_000_000n),
  BurnHalfLife: map(perSubnet, u16, 360),
  /** 1.26. */
  BurnIncreaseMult: map(perSubnet, u64f64, { bits: 23_242_897_532_874_035_200n }),
  MinBurn: map(perSubnet, taoBalance, 500_000n),
  MaxBurn: map(perSubnet, taoBalance, 100_000_000_000n),
  RAORecycledForRegistration: map(perSubnet, taoBalance, 0n),
  RegistrationsThisBlock: map(perSubnet, u16, 0),
  RegistrationsThisInterval: map(perSubnet, u16, 0),
  MaxRegistrationsPerBlock: map(perSubnet, u16, 1),
  TargetRegistrationsPerInterval: map(perSubnet, u16, 2),
  // Registration by proof of work is gone; the numbers remain in what the runtime APIs report.
  Difficulty: map(perSubnet, u64, 10_000_000n),
  MinDifficulty: map(perSubnet, u64, 10_000_000n),
  MaxDifficulty: map(perSubnet, u64, 4_611_686_018_427_387_903n),
  AdjustmentInterval: map(perSubnet, u16, 100),
  AdjustmentAlpha: map(perSubnet, u64, 0n),
})
