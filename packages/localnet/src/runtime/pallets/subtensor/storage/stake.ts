import { blake2, defineStorage, identity, map, optionalMap, twox64, value } from '../../../framework/storage-item.js'
import { btreeMap, tuple, vec } from '../../../types/compounds.js'
import { i96f32, u64f64, u96f32 } from '../../../types/fixed.js'
import { alphaBalance, netUid, taoBalance, u16, u64, u128 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { rateLimitKey, safeFloat } from '../types.js'
import { zeroAccount } from '../zero-account.js'

const perSubnet = [identity(netUid)] as const
const perAccount = [blake2(accountId)] as const
const perHotkeyAndSubnet = [blake2(accountId), identity(netUid)] as const
const perSubnetAndHotkey = [identity(netUid), blake2(accountId)] as const
const perStake = [blake2(accountId), blake2(accountId), identity(netUid)] as const
const none = { mantissa: 0n, exponent: 0n }

/** Who owns which hotkey, and who staked what. Stakes are shares of a hotkey's alpha. */
export const stake = defineStorage('SubtensorModule', {
  /** The coldkey of a hotkey. */
  Owner: map(perAccount, accountId, zeroAccount),
  OwnedHotkeys: map(perAccount, vec(accountId), []),
  StakingHotkeys: map(perAccount, vec(accountId), []),
  /** A hotkey's take, u16 fraction. */
  Delegates: map(perAccount, u16, 11_796),
  TotalHotkeyAlpha: map(perHotkeyAndSubnet, alphaBalance, 0n),
  TotalHotkeySharesV2: map(perHotkeyAndSubnet, safeFloat, none),
  AlphaV2: map(perStake, safeFloat, none),
  // What these two held before was moved to the two above.
  TotalHotkeyShares: map(perHotkeyAndSubnet, u64f64, { bits: 0n }),
  Alpha: map(perStake, u64f64, { bits: 0n }),
  TotalHotkeyAlphaLastEpoch: map(perHotkeyAndSubnet, alphaBalance, 0n),
  AlphaDividendsPerSubnet: map(perSubnetAndHotkey, alphaBalance, 0n),
  RootAlphaDividendsPerSubnet: map(perSubnetAndHotkey, alphaBalance, 0n),
  RootClaimable: map(perAccount, btreeMap(netUid, i96f32), []),
  AutoStakeDestination: optionalMap(perHotkeyAndSubnet, accountId),
  /** Coldkeys whose incentive goes to a hotkey, by that hotkey. */
  AutoStakeDestinationColdkeys: map(perHotkeyAndSubnet, vec(accountId), []),
  MinDelegateTake: value(u16, 0),
  MaxDelegateTake: value(u16, 11_796),
  LastColdkeyHotkeyStakeBlock: optionalMap([twox64(accountId), twox64(accountId)], u64),
  // Nobody has children or parents: the calls that make them are not modelled.
  ChildKeys: map(perHotkeyAndSubnet, vec(tuple(u64, accountId)), []),
  ParentKeys: map(perHotkeyAndSubnet, vec(tuple(u64, accountId)), []),
  LastRateLimitedBlock: map([identity(rateLimitKey)], u64, 0n),
  TransactionKeyLastBlock: map([blake2(accountId), identity(netUid), identity(u16)], u64, 0n),
  WeightsVersionKeyRateLimit: value(u64, 5n),
})

/** Pools, issuance and emission. TAO in rao, alpha in alpha's rao. */
export const pools = defineStorage('SubtensorModule', {
  TotalStake: value(taoBalance, 0n),
  TotalIssuance: value(taoBalance, 0n),
  BlockEmission: value(u64, 1_000_000_000n),
  SubnetTAO: map(perSubnet, taoBalance, 0n),
  SubnetAlphaIn: map(perSubnet, alphaBalance, 0n),
  SubnetAlphaOut: map(perSubnet, alphaBalance, 0n),
  SubnetProtocolAlpha: map(perSubnet, alphaBalance, 0n),
  SubnetVolume: map(perSubnet, u128, 0n),
  SubnetMovingPrice: map(perSubnet, i96f32, { bits: 0n }),
  /** 3e-6. */
  SubnetMovingAlpha: value(i96f32, { bits: 12_885n }),
  RootProp: map(perSubnet, u96f32, { bits: 0n }),
  SubnetTaoInEmission: map(perSubnet, taoBalance, 0n),
  SubnetAlphaInEmission: map(perSubnet, alphaBalance, 0n),
  SubnetAlphaOutEmission: map(perSubnet, alphaBalance, 0n),
  SubnetExcessTao: map(perSubnet, taoBalance, 0n),
  PendingServerEmission: map(perSubnet, alphaBalance, 0n),
  PendingValidatorEmission: map(perSubnet, alphaBalance, 0n),
  PendingRootAlphaDivs: map(perSubnet, alphaBalance, 0n),
  PendingOwnerCut: map(perSubnet, alphaBalance, 0n),
  /** Share of the last epoch's incentive that was withheld from an owner's hotkeys. */
  MinerBurned: map(perSubnet, u96f32, { bits: 0n }),
})
