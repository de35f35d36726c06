import type { OuterReferences } from '../../framework/outer-types.js'
import { constant, definePallet, type Pallet } from '../../framework/pallet.js'
import { u32, u64 } from '../../types/primitives.js'
import { announceCalls } from './calls/announce.js'
import { manageCalls } from './calls/manage.js'
import { proxyCalls } from './calls/proxy.js'
import { pureCalls } from './calls/pure.js'
import { deposits } from './deposits.js'
import { proxyErrors } from './errors.js'
import { proxyEventSpecs } from './events.js'
import { MAX_PENDING, MAX_PROXIES, proxies } from './storage.js'
import { proxyViewFunctions } from './view-functions.js'

/** Accounts that call for others, within what their type allows. */
export const proxyPallet = (outer: OuterReferences): Pallet =>
  definePallet({
    name: 'Proxy',
    index: 16,
    path: 'pallet_subtensor_proxy::pallet',
    storage: proxies,
    calls: { ...proxyCalls(outer), ...manageCalls, ...pureCalls, ...announceCalls },
    events: proxyEventSpecs,
    errors: proxyErrors.names,
    viewFunctions: proxyViewFunctions(outer),
    // As on the chain: the last call's result is for the same block alone.
    onFinalize: ({ db }) => proxies.LastCallResult.removeAll(db),
    // In rao.
    constants: {
      ProxyDepositBase: constant(u64, deposits.proxies.base),
      ProxyDepositFactor: constant(u64, deposits.proxies.factor),
      MaxProxies: constant(u32, MAX_PROXIES),
      MaxPending: constant(u32, MAX_PENDING),
      AnnouncementDepositBase: constant(u64, deposits.announcements.base),
      AnnouncementDepositFactor: constant(u64, deposits.announcements.factor),
    },
  })
