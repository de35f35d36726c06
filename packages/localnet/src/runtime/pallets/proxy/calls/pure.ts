import { defineCall } from '../../../framework/call.js'
import { ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { tuple } from '../../../types/compounds.js'
import { compactU32, u16, u32 } from '../../../types/primitives.js'
import { accountId, multiAddress } from '../../../types/well-known.js'
import { lookup } from '../../balances/lookup.js'
import { reserve, unreserve } from '../../balances/reserves.js'
import { hashedAccount } from '../../system/hashed-account.js'
import { system } from '../../system/storage.js'
import { depositFor, deposits } from '../deposits.js'
import { proxyErrors } from '../errors.js'
import { proxyEvents } from '../events.js'
import { MAX_PROXIES, proxies } from '../storage.js'
import { type ProxyType, proxyType } from '../types.js'

const most = BigInt(MAX_PROXIES)
const origin = tuple(accountId, u32, u32, proxyType, u16)

interface PureOrigin {
  readonly who: string
  readonly height: number
  readonly extrinsic: number
  readonly type: ProxyType
  readonly index: number
}

const pureAccount = ({ who, height, extrinsic, type, index }: PureOrigin): string =>
  hashedAccount('modlpy/proxy____', origin.codec.enc([who, height, extrinsic, type, index]))

const createPure = defineCall({
  index: 4,
  args: { proxy_type: proxyType, delay: u32, index: u16 },
  refTime: refTime({ time: 27_853_436n + 20_160n * most, reads: 1, writes: 1 }),
  run: (context, caller, { proxy_type: type, delay, index }) => {
    const { db, block } = context
    const who = ensureSigned(caller)
    const pure = pureAccount({ who, height: block.number, extrinsic: system.ExtrinsicCount.get(db) ?? 0, type, index })
    proxyErrors.ensure(!proxies.Proxies.has(db, pure), 'Duplicate')
    const deposit = depositFor(deposits.proxies, 1)
    reserve(context, who, deposit)
    proxies.Proxies.set(db, pure, [[{ delegate: who, proxy_type: type, delay }], deposit])
    context.emit(proxyEvents.PureCreated({ pure, who, proxy_type: type, disambiguation_index: index }))
  },
})

const killPure = defineCall({
  index: 5,
  args: { spawner: multiAddress, proxy_type: proxyType, index: u16, height: compactU32, ext_index: compactU32 },
  refTime: refTime({ time: 26_529_087n + 48_014n * most, reads: 1, writes: 1 }),
  run: (context, caller, { spawner: address, proxy_type: type, index, height, ext_index: extrinsic }) => {
    const who = ensureSigned(caller)
    const spawner = lookup(address)
    proxyErrors.ensure(pureAccount({ who: spawner, height, extrinsic, type, index }) === who, 'NoPermission')
    const [, deposit] = proxies.Proxies.get(context.db, who)
    proxies.Proxies.remove(context.db, who)
    unreserve(context, spawner, deposit)
    context.emit(proxyEvents.PureKilled({ pure: who, spawner, proxy_type: type, disambiguation_index: index }))
  },
})

/** Accounts without a key, which their proxies alone can use. Source: `pallet_subtensor_proxy`, spec 425. */
export const pureCalls = { create_pure: createPure, kill_pure: killPure }
