import { defineStorage, identity, map, optionalMap, twox64, value } from '../../../framework/storage-item.js'
import { u64f64 } from '../../../types/fixed.js'
import { alphaBalance, netUid, u32 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { subnetLease } from '../types.js'

/** Subnets that a crowdloan paid for; nobody here leases one. */
export const leases = defineStorage('SubtensorModule', {
  SubnetLeases: optionalMap([twox64(u32)], subnetLease),
  SubnetLeaseShares: map([twox64(u32), identity(accountId)], u64f64, { bits: 0n }),
  SubnetUidToLeaseId: optionalMap([twox64(netUid)], u32),
  NextSubnetLeaseId: value(u32, 0),
  AccumulatedLeaseDividends: map([twox64(u32)], alphaBalance, 0n),
})
