import { defineCall } from '../../../framework/call.js'
import type { ReadContext } from '../../../framework/context.js'
import { ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import type { FieldValues } from '../../../types/compounds.js'
import { netUid, u8, u16, u32, u128 } from '../../../types/primitives.js'
import { ensure } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { asPoolCheck } from '../pool-codes.js'
import { passes } from '../rate-limits.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { noPrometheus } from '../types.js'
import { isValidIp } from '../valid-ip.js'

const args = { netuid: netUid, version: u32, ip: u128, port: u16, ip_type: u8 }
type Args = FieldValues<typeof args>

// The order is not that of axons: the address is looked at before the registration.
function check({ db, block, options }: ReadContext, who: string, { netuid, ip, port, ip_type: type }: Args): void {
  ensure(type === 4 || type === 6, 'InvalidIpType')
  ensure(ip !== 0n && isValidIp(type, ip, options.allowLoopback), 'InvalidIpAddress')
  ensure(neurons.Uids.has(db, netuid, who), 'HotKeyNotRegisteredInNetwork')
  const last = (neurons.Prometheus.get(db, netuid, who) ?? noPrometheus).block
  const limit = hyperparameters.ServingRateLimit.get(db, netuid)
  ensure(limit === 0n || passes(limit, last, block.number), 'ServingRateLimitExceeded')
  ensure(port !== 0, 'InvalidPort')
}

/**
 * Says where a neuron's Prometheus endpoint listens.
 *
 * Source: subtensor `do_serve_prometheus`, spec 425.
 */
export const servePrometheus = defineCall({
  index: 5,
  args,
  refTime: refTime({ time: 29_294_000n, reads: 3, writes: 1 }),
  paysFee: false,
  poolCheck: asPoolCheck(check),
  run: (context, origin, served) => {
    const hotkey = ensureSigned(origin)
    check(context, hotkey, served)
    const { netuid, version, ip, port, ip_type } = served
    neurons.Prometheus.set(context.db, netuid, hotkey, { block: BigInt(context.block.number), version, ip, port, ip_type })
    context.emit(subtensorEvents.PrometheusServed([netuid, hotkey]))
  },
})
