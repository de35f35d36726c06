import { enumeration, struct } from '../../types/compounds.js'
import { u32 } from '../../types/primitives.js'
import type { TypeOf } from '../../types/ty.js'
import { accountId, h256 } from '../../types/well-known.js'

/** What a proxy may call for another account. */
export const proxyType = enumeration('subtensor_runtime_common::ProxyType', {
  Any: [0],
  Owner: [1],
  NonCritical: [2],
  NonTransfer: [3],
  Senate: [4],
  NonFungible: [5],
  Triumvirate: [6],
  Governance: [7],
  Staking: [8],
  Registration: [9],
  Transfer: [10],
  SmallTransfer: [11],
  RootWeights: [12],
  ChildKeys: [13],
  SudoUncheckedSetCode: [14],
  SwapHotkey: [15],
  SubnetLeaseBeneficiary: [16],
  RootClaim: [17],
})
export type ProxyType = TypeOf<typeof proxyType>

export const proxyDefinition = struct(
  'pallet_subtensor_proxy::ProxyDefinition',
  {
    delegate: accountId,
    proxy_type: proxyType,
    /** Blocks between announcement and call. */
    delay: u32,
  },
  [
    { name: 'AccountId', ty: accountId },
    { name: 'ProxyType', ty: proxyType },
    { name: 'BlockNumber', ty: u32 },
  ],
)

export const announcement = struct(
  'pallet_subtensor_proxy::Announcement',
  {
    real: accountId,
    call_hash: h256,
    /** Block. */
    height: u32,
  },
  [
    { name: 'AccountId', ty: accountId },
    { name: 'Hash', ty: h256 },
    { name: 'BlockNumber', ty: u32 },
  ],
)

export const depositKind = enumeration('pallet_subtensor_proxy::DepositKind', { Proxies: [0], Announcements: [1] })
