import { blake2, defineStorage, identity, map } from '../../../framework/storage-item.js'
import { bool, netUid, u64 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'

const perSubnet = [identity(netUid)] as const

/** Moving averages of validators' stake, where a subnet's owner turned them on. */
export const votingPower = defineStorage('SubtensorModule', {
  VotingPower: map([identity(netUid), blake2(accountId)], u64, 0n),
  VotingPowerTrackingEnabled: map(perSubnet, bool, false),
  VotingPowerDisableAtBlock: map(perSubnet, u64, 0n),
  /** Of 10^18. */
  VotingPowerEmaAlpha: map(perSubnet, u64, 3_570_000_000_000_000n),
})
