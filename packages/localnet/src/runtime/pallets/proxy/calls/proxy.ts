import { Binary, Blake2256 } from '@polkadot-api/substrate-bindings'
import { type DispatchInfo, defineCall } from '../../../framework/call.js'
import { DispatchFailure } from '../../../framework/dispatch-failure.js'
import { ensureSigned } from '../../../framework/origin.js'
import type { OuterReferences } from '../../../framework/outer-types.js'
import { refTime } from '../../../framework/weight.js'
import { option } from '../../../types/compounds.js'
import { multiAddress } from '../../../types/well-known.js'
import { lookup } from '../../balances/lookup.js'
import { proxyErrors } from '../errors.js'
import { callAsProxy, findProxy } from '../find-proxy.js'
import { MAX_PENDING, MAX_PROXIES } from '../storage.js'
import { proxyType } from '../types.js'
import { removeAnnouncements } from './announce.js'

const [mostPending, mostProxies] = [BigInt(MAX_PENDING), BigInt(MAX_PROXIES)]
// With the read and the write of the account that is called for.
const proxyWeight = refTime({ time: 28_026_265n + 53_205n * mostProxies, reads: 4, writes: 2 })
const announcedWeight = refTime({ time: 53_234_507n + 228_831n * mostPending + 54_037n * mostProxies, reads: 6, writes: 4 })

const free: DispatchInfo = { refTime: 0n, class: 'Normal', paysFee: false }

/**
 * Calls for another account. What becomes of them shows in `ProxyExecuted`.
 *
 * Source: `pallet_subtensor_proxy`, spec 425.
 */
export const proxyCalls = (outer: OuterReferences) => ({
  proxy: defineCall({
    index: 0,
    args: { real: multiAddress, force_proxy_type: option(proxyType), call: outer.call },
    refTime: proxyWeight,
    inner: ({ call }) => [call],
    infoOf: (_args, [inner = free]) => ({ refTime: proxyWeight + inner.refTime, class: 'Normal', paysFee: inner.paysFee }),
    run: (context, origin, { real: address, force_proxy_type: type, call }) => {
      const delegate = ensureSigned(origin)
      const real = lookup(address)
      const definition = findProxy(context.db, { real, delegate, type })
      proxyErrors.ensure(definition.delay === 0, 'Unannounced')
      callAsProxy(context, real, { definition, call })
    },
  }),
  proxy_announced: defineCall({
    index: 9,
    args: { delegate: multiAddress, real: multiAddress, force_proxy_type: option(proxyType), call: outer.call },
    refTime: announcedWeight,
    inner: ({ call }) => [call],
    infoOf: (_args, [inner = free]) => ({ refTime: announcedWeight + inner.refTime, class: 'Normal', paysFee: true }),
    run: (context, origin, { delegate: delegateAddress, real: address, force_proxy_type: type, call }) => {
      ensureSigned(origin)
      const delegate = lookup(delegateAddress)
      const real = lookup(address)
      const definition = findProxy(context.db, { real, delegate, type })
      const hash = Binary.toHex(Blake2256(context.encodeCall(call)))
      const isDue = (height: number): boolean => context.block.number - height >= definition.delay
      try {
        removeAnnouncements(context, delegate, (one) => one.real === real && one.call_hash === hash && isDue(one.height))
      } catch (error) {
        if (error instanceof DispatchFailure) proxyErrors.fail('Unannounced')
        throw error
      }
      callAsProxy(context, real, { definition, call })
    },
  }),
})
