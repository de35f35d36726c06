import { defineErrors } from '../../framework/dispatch-failure.js'
import type { OuterReferences } from '../../framework/outer-types.js'
import { constant, definePallet, type Pallet } from '../../framework/pallet.js'
import { u32, u64 } from '../../types/primitives.js'
import { proxyEventSpecs } from './events.js'
import { refusedProxy } from './refused-calls.js'
import { MAX_PENDING, MAX_PROXIES, proxies } from './storage.js'

export const proxyErrors = defineErrors(16, [
  'TooMany',
  'NotFound',
  'NotProxy',
  'Unproxyable',
  'Duplicate',
  'NoPermission',
  'Unannounced',
  'NoSelfProxy',
  'AnnouncementDepositInvariantViolated',
  'InvalidDerivedAccountId',
])

/** Accounts that call for others, within what their type allows. */
export const proxyPallet = (outer: OuterReferences): Pallet =>
  definePallet({
    name: 'Proxy',
    index: 16,
    path: 'pallet_subtensor_proxy::pallet',
    storage: proxies,
    calls: refusedProxy(outer),
    events: proxyEventSpecs,
    errors: proxyErrors.names,
    // In rao.
    constants: {
      ProxyDepositBase: constant(u64, 60_000_000n),
      ProxyDepositFactor: constant(u64, 33_000_000n),
      MaxProxies: constant(u32, MAX_PROXIES),
      MaxPending: constant(u32, MAX_PENDING),
      AnnouncementDepositBase: constant(u64, 36_000_000n),
      AnnouncementDepositFactor: constant(u64, 68_000_000n),
    },
  })
