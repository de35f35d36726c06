import { defineCall } from '../../../framework/call.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import type { TypeOf } from '../../../types/ty.js'
import { h256, multiAddress } from '../../../types/well-known.js'
import { lookup } from '../../balances/lookup.js'
import { adjustReserve } from '../../balances/reserves.js'
import { depositFor, deposits } from '../deposits.js'
import { proxyErrors } from '../errors.js'
import { proxyEvents } from '../events.js'
import { MAX_PENDING, MAX_PROXIES, proxies } from '../storage.js'
import type { announcement } from '../types.js'

type Announcement = TypeOf<typeof announcement>

const [mostPending, mostProxies] = [BigInt(MAX_PENDING), BigInt(MAX_PROXIES)]

/** Removes announcements of a proxy; ends the call with `NotFound` if none goes. */
export function removeAnnouncements(context: RuntimeContext, delegate: string, isGone: (one: Announcement) => boolean): void {
  const [pending, before] = proxies.Announcements.get(context.db, delegate)
  const kept = pending.filter((one) => !isGone(one))
  proxyErrors.ensure(kept.length < pending.length, 'NotFound')
  const after = depositFor(deposits.announcements, kept.length)
  adjustReserve(context, delegate, { before, after })
  if (kept.length > 0) proxies.Announcements.set(context.db, delegate, [kept, after])
  else proxies.Announcements.remove(context.db, delegate)
}

const announce = defineCall({
  index: 6,
  args: { real: multiAddress, call_hash: h256 },
  refTime: refTime({ time: 34_286_251n + 194_092n * mostPending + 53_615n * mostProxies, reads: 3, writes: 2 }),
  run: (context, origin, { real: address, call_hash: hash }) => {
    const { db, block } = context
    const who = ensureSigned(origin)
    const real = lookup(address)
    const [definitions] = proxies.Proxies.get(db, real)
    proxyErrors.ensure(
      definitions.some(({ delegate }) => delegate === who),
      'NotProxy',
    )
    const [pending, before] = proxies.Announcements.get(db, who)
    proxyErrors.ensure(pending.length < MAX_PENDING, 'TooMany')
    const after = depositFor(deposits.announcements, pending.length + 1)
    adjustReserve(context, who, { before, after })
    proxies.Announcements.set(db, who, [[...pending, { real, call_hash: hash, height: block.number }], after])
    context.emit(proxyEvents.Announced({ real, proxy: who, call_hash: hash }))
  },
})

const removeAnnouncement = defineCall({
  index: 7,
  args: { real: multiAddress, call_hash: h256 },
  refTime: refTime({ time: 25_595_226n + 205_163n * mostPending + 40_277n * mostProxies, reads: 2, writes: 2 }),
  run: (context, origin, { real: address, call_hash: hash }) => {
    const real = lookup(address)
    removeAnnouncements(context, ensureSigned(origin), (one) => one.real === real && one.call_hash === hash)
  },
})

const rejectAnnouncement = defineCall({
  index: 8,
  args: { delegate: multiAddress, call_hash: h256 },
  refTime: refTime({ time: 26_388_332n + 199_703n * mostPending + 17_846n * mostProxies, reads: 2, writes: 2 }),
  run: (context, origin, { delegate, call_hash: hash }) => {
    const real = ensureSigned(origin)
    removeAnnouncements(context, lookup(delegate), (one) => one.real === real && one.call_hash === hash)
  },
})

/** Calls that are told before they are made. Source: `pallet_subtensor_proxy`, spec 425. */
export const announceCalls = { announce, remove_announcement: removeAnnouncement, reject_announcement: rejectAnnouncement }
