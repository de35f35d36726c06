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
import { noAxon } from '../types.js'

const args = { netuid: netUid, version: u32, ip: u128, port: u16, ip_type: u8, protocol: u8, placeholder1: u8, placeholder2: u8 }
type Args = FieldValues<typeof args>

const ipv4Loopback = 0x7f000001n
const ipv6Loopback = 1n

function isValidIp(type: number, ip: bigint, allowLoopback: boolean): boolean {
  if (!allowLoopback && ip === (type === 4 ? ipv4Loopback : ipv6Loopback)) return false
  // Zero is let through, as on the chain.
  return type === 4 ? ip < 0xffff_ffffn : ip < 2n ** 128n - 1n
}

function check({ db, block, options }: ReadContext, who: string, { netuid, ip, port, ip_type: type }: Args): void {
  ensure(neurons.Uids.has(db, netuid, who), 'HotKeyNotRegisteredInNetwork')
  ensure(type === 4 || type === 6, 'InvalidIpType')
  ensure(isValidIp(type, ip, options.allowLoopback), 'InvalidIpAddress')
  const last = (neurons.Axons.get(db, netuid, who) ?? noAxon).block
  const limit = hyperparameters.ServingRateLimit.get(db, netuid)
  ensure(limit === 0n || passes(limit, last, block.number), 'ServingRateLimitExceeded')
  ensure(port !== 0, 'InvalidPort')
}

/**
 * Says where a neuron's server listens.
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
    const hotkey = ensureSigned(origin)
    check(context, hotkey, served)
    const { netuid, ...endpoint } = served
    neurons.Axons.set(context.db, netuid, hotkey, { block: BigInt(context.block.number), ...endpoint })
    context.emit(subtensorEvents.AxonServed([netuid, hotkey]))
  },
})
