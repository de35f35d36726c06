import { defineCall } from '../../../framework/call.js'
import type { ReadContext, RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import type { FieldValues } from '../../../types/compounds.js'
import { bytes, netUid, u8, u16, u32, u128 } from '../../../types/primitives.js'
import { ensure } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { asPoolCheck } from '../pool-codes.js'
import { passes } from '../rate-limits.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { MAX_CERTIFICATE_KEY_BYTES, noAxon } from '../types.js'
import { isValidIp } from '../valid-ip.js'

const args = { netuid: netUid, version: u32, ip: u128, port: u16, ip_type: u8, protocol: u8, placeholder1: u8, placeholder2: u8 }
type Args = FieldValues<typeof args>

function check({ db, block, options }: ReadContext, who: string, { netuid, ip, port, ip_type: type }: Args): void {
  ensure(neurons.Uids.has(db, netuid, who), 'HotKeyNotRegisteredInNetwork')
  ensure(type === 4 || type === 6, 'InvalidIpType')
  ensure(isValidIp(type, ip, options.allowLoopback), 'InvalidIpAddress')
  const last = (neurons.Axons.get(db, netuid, who) ?? noAxon).block
  const limit = hyperparameters.ServingRateLimit.get(db, netuid)
  ensure(limit === 0n || passes(limit, last, block.number), 'ServingRateLimitExceeded')
  ensure(port !== 0, 'InvalidPort')
}

function serve(context: RuntimeContext, origin: Origin, served: Args): string {
  const hotkey = ensureSigned(origin)
  check(context, hotkey, served)
  const { netuid, version, ip, port, ip_type, protocol, placeholder1, placeholder2 } = served
  const endpoint = { version, ip, port, ip_type, protocol, placeholder1, placeholder2 }
  neurons.Axons.set(context.db, netuid, hotkey, { block: BigInt(context.block.number), ...endpoint })
  context.emit(subtensorEvents.AxonServed([netuid, hotkey]))
  return hotkey
}

/**
 * Says where a neuron's server listens. A certificate that was served before stays.
 *
 * Source: subtensor `do_serve_axon`, spec 425.
 */
export const serveAxon = defineCall({
  index: 4,
  args,
  refTime: refTime({ time: 31_278_000n, reads: 3, writes: 1 }),
  paysFee: false,
  poolCheck: asPoolCheck(check),
  run: (context, origin, served) => {
    serve(context, origin, served)
  },
})

/**
 * Says where a neuron's server listens, and with which TLS key: its first byte names the algorithm, the rest is the key.
 *
 * A certificate that is empty or longer than 65 bytes is passed over in silence, as on the chain: the one before it stays.
 *
 * Source: subtensor `do_serve_axon` and `NeuronCertificate::try_from`, spec 425.
 */
export const serveAxonTls = defineCall({
  index: 40,
  args: { ...args, certificate: bytes },
  refTime: refTime({ time: 32_510_000n, reads: 4, writes: 1 }),
  paysFee: false,
  poolCheck: asPoolCheck(check),
  run: (context, origin, { certificate, ...served }) => {
    const hotkey = serve(context, origin, served)
    const [algorithm] = certificate
    if (algorithm === undefined || certificate.length > 1 + MAX_CERTIFICATE_KEY_BYTES) return
    neurons.NeuronCertificates.set(context.db, served.netuid, hotkey, { public_key: certificate.slice(1), algorithm })
  },
})
