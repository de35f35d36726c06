import { blake2, defineStorage, identity, map, optionalMap, value } from '../../../framework/storage-item.js'
import { i96f32 } from '../../../types/fixed.js'
import { netUid, u64, u128 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { rootClaimType } from '../types.js'

/** What stake on root may claim of the subnets' alpha, and has claimed. */
export const rootClaims = defineStorage('SubtensorModule', {
  /** Least claim, in alpha's rao. */
  RootClaimableThreshold: map([blake2(netUid)], i96f32, { bits: 2_147_483_648_000_000n }),
  /** By netuid, hotkey, coldkey. */
  RootClaimed: map([identity(netUid), blake2(accountId), blake2(accountId)], u128, 0n),
  /** Whether a coldkey's claims become TAO or stay alpha. */
  RootClaimType: map([blake2(accountId)], rootClaimType, { type: 'Swap', value: undefined }),
  // The coldkeys whose claims are made for them, numbered.
  StakingColdkeysByIndex: optionalMap([identity(u64)], accountId),
  StakingColdkeys: optionalMap([identity(accountId)], u64),
  NumStakingColdkeys: value(u64, 0n),
  /** Claims made for others in a block. */
  NumRootClaim: value(u64, 5n),
})
