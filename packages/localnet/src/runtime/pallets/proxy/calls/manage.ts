import { defineCall } from '../../../framework/call.js'
import { ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { bool, u32 } from '../../../types/primitives.js'
import type { TypeOf } from '../../../types/ty.js'
import { multiAddress } from '../../../types/well-known.js'
import { lookup } from '../../balances/lookup.js'
import { adjustReserve, unreserve } from '../../balances/reserves.js'
import { depositFor, deposits } from '../deposits.js'
import { proxyErrors } from '../errors.js'
import { proxyEvents } from '../events.js'
import { findProxy } from '../find-proxy.js'
import { MAX_PROXIES, proxies } from '../storage.js'
import { type proxyDefinition, proxyType } from '../types.js'

const most = BigInt(MAX_PROXIES)

type Definition = TypeOf<typeof proxyDefinition>

/** The order of Rust's `Ord`: delegate, type by index, delay. */
function compare(a: Definition, b: Definition): number {
  if (a.delegate !== b.delegate) return a.delegate < b.delegate ? -1 : 1
  const order = (one: Definition): number => proxyType.codec.enc(one.proxy_type)[0] ?? 0
  return order(a) - order(b) || a.delay - b.delay
}

const addProxy = defineCall({
  index: 1,
  args: { delegate: multiAddress, proxy_type: proxyType, delay: u32 },
  refTime: refTime({ time: 25_770_804n + 80_892n * most, reads: 1, writes: 1 }),
  run: (context, origin, { delegate: address, proxy_type: type, delay }) => {
    const delegator = ensureSigned(origin)
    const delegate = lookup(address)
    proxyErrors.ensure(delegator !== delegate, 'NoSelfProxy')
    const [own, before] = proxies.Proxies.get(context.db, delegator)
    const added = { delegate, proxy_type: type, delay }
    proxyErrors.ensure(!own.some((one) => compare(one, added) === 0), 'Duplicate')
    proxyErrors.ensure(own.length < MAX_PROXIES, 'TooMany')
    const after = depositFor(deposits.proxies, own.length + 1)
    adjustReserve(context, delegator, { before, after })
    proxies.Proxies.set(context.db, delegator, [[...own, added].sort(compare), after])
    context.emit(proxyEvents.ProxyAdded({ delegator, delegatee: delegate, proxy_type: type, delay }))
  },
})

const removeProxy = defineCall({
  index: 2,
  args: { delegate: multiAddress, proxy_type: proxyType, delay: u32 },
  refTime: refTime({ time: 27_827_049n + 64_054n * most, reads: 1, writes: 2 }),
  run: (context, origin, { delegate: address, proxy_type: type, delay }) => {
    const { db } = context
    const delegator = ensureSigned(origin)
    const delegate = lookup(address)
    const [own, before] = proxies.Proxies.get(db, delegator)
    const kept = own.filter((one) => compare(one, { delegate, proxy_type: type, delay }) !== 0)
    proxyErrors.ensure(kept.length < own.length, 'NotFound')
    const after = depositFor(deposits.proxies, kept.length)
    adjustReserve(context, delegator, { before, after })
    if (kept.length > 0) proxies.Proxies.set(db, delegator, [kept, after])
    else proxies.Proxies.remove(db, delegator)
    proxies.RealPaysFee.remove(db, delegator, delegate)
    context.emit(proxyEvents.ProxyRemoved({ delegator, delegatee: delegate, proxy_type: type, delay }))
  },
})

const removeProxies = defineCall({
  index: 3,
  args: {},
  refTime: refTime({ time: 27_407_028n + 55_808n * most, reads: 1, writes: 1 }),
  run: (context, origin) => {
    const who = ensureSigned(origin)
    const [, deposit] = proxies.Proxies.get(context.db, who)
    proxies.Proxies.remove(context.db, who)
    unreserve(context, who, deposit)
    proxies.RealPaysFee.removeAll(context.db, who)
  },
})

/** Brings deposits to what they would be today. They never change here, so it finds something to do after `set_storage` alone. */
const pokeDeposit = defineCall({
  index: 10,
  args: {},
  refTime: refTime({ time: 46_757_000n, reads: 3, writes: 3 }),
  run: (context, origin) => {
    const { db } = context
    const who = ensureSigned(origin)
    let updated = false
    const poke = (kind: 'Proxies' | 'Announcements', before: bigint, after: bigint): void => {
      adjustReserve(context, who, { before, after })
      if (before === after) return
      updated = true
      context.emit(proxyEvents.DepositPoked({ who, kind: { type: kind, value: undefined }, old_deposit: before, new_deposit: after }))
    }
    const [definitions, proxyDeposit] = proxies.Proxies.get(db, who)
    const wantedForProxies = depositFor(deposits.proxies, definitions.length)
    poke('Proxies', proxyDeposit, wantedForProxies)
    if (definitions.length > 0) proxies.Proxies.set(db, who, [definitions, wantedForProxies])
    else proxies.Proxies.remove(db, who)
    const [pending, pendingDeposit] = proxies.Announcements.get(db, who)
    const wantedForPending = depositFor(deposits.announcements, pending.length)
    poke('Announcements', pendingDeposit, wantedForPending)
    if (pending.length > 0) proxies.Announcements.set(db, who, [pending, wantedForPending])
    else proxies.Announcements.remove(db, who)
    return { paysFee: !updated }
  },
})

const setRealPaysFee = defineCall({
  index: 11,
  args: { delegate: multiAddress, pays_fee: bool },
  refTime: refTime({ time: 14_259_931n + 42_799n * most, reads: 1, writes: 1 }),
  run: (context, origin, { delegate: address, pays_fee: paysFee }) => {
    const real = ensureSigned(origin)
    const delegate = lookup(address)
    findProxy(context.db, { real, delegate })
    if (paysFee) proxies.RealPaysFee.set(context.db, real, delegate, undefined)
    else proxies.RealPaysFee.remove(context.db, real, delegate)
    context.emit(proxyEvents.RealPaysFeeSet({ real, delegate, pays_fee: paysFee }))
  },
})

/** Who may call for whom. Source: `pallet_subtensor_proxy`, spec 425. */
export const manageCalls = {
  add_proxy: addProxy,
  remove_proxy: removeProxy,
  remove_proxies: removeProxies,
  poke_deposit: pokeDeposit,
  set_real_pays_fee: setRealPaysFee,
}
