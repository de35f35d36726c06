import { defineEvents } from '../../framework/events.js'
import { result, type VariantSpec } from '../../types/compounds.js'
import { bool, u16, u32, u64, unit } from '../../types/primitives.js'
import { accountId, dispatchError, h256 } from '../../types/well-known.js'
import { depositKind, proxyType } from './types.js'

/** Deposits in rao. */
export const proxyEventSpecs = {
  ProxyExecuted: [0, { result: result(unit, dispatchError) }],
  PureCreated: [1, { pure: accountId, who: accountId, proxy_type: proxyType, disambiguation_index: u16 }],
  PureKilled: [2, { pure: accountId, spawner: accountId, proxy_type: proxyType, disambiguation_index: u16 }],
  Announced: [3, { real: accountId, proxy: accountId, call_hash: h256 }],
  ProxyAdded: [4, { delegator: accountId, delegatee: accountId, proxy_type: proxyType, delay: u32 }],
  ProxyRemoved: [5, { delegator: accountId, delegatee: accountId, proxy_type: proxyType, delay: u32 }],
  DepositPoked: [6, { who: accountId, kind: depositKind, old_deposit: u64, new_deposit: u64 }],
  RealPaysFeeSet: [7, { real: accountId, delegate: accountId, pays_fee: bool }],
} as const satisfies Record<string, VariantSpec>

export const proxyEvents = defineEvents('Proxy', proxyEventSpecs)
