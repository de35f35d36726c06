import { blake2, defineStorage, identity, map, optionalMap, value } from '../../../framework/storage-item.js'
import { option, tuple, vec } from '../../../types/compounds.js'
import { alphaBalance, bool, bytes, netUid, u16, u32, u64 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'

const perSubnet = [identity(netUid)] as const

/** What mainnet still declares though its code has moved on, and what its migrations and jobs keep for themselves. */
export const legacy = defineStorage('SubtensorModule', {
  MinActivityCutoff: value(u16, 360),
  DissolveNetworkScheduleDuration: value(u32, 36_000),
  NextStakeJobId: value(u64, 0n),
  LastHotkeyEmissionOnNetuid: map([blake2(accountId), identity(netUid)], alphaBalance, 0n),
  LoadedEmission: optionalMap(perSubnet, vec(tuple(accountId, u64, u64))),
  AlphaMapLastKey: value(option(bytes), undefined),
  AlphaV2MapLastKey: value(option(bytes), undefined),
  UsedWork: map([identity(bytes)], u64, 0n),
  POWRegistrationsThisInterval: map(perSubnet, u16, 0),
  BurnRegistrationsThisInterval: map(perSubnet, u16, 0),
  LastAdjustmentBlock: map(perSubnet, u64, 0n),
  TaoInRefundDeploymentBlock: value(u64, 0n),
  HasMigrationRun: map([identity(bytes)], bool, false),
})
