import type { OuterReferences } from '../../framework/outer-types.js'
import { refusedCall } from '../../framework/refused-call.js'
import { option } from '../../types/compounds.js'
import { bool, compactU32, u16, u32 } from '../../types/primitives.js'
import { h256, multiAddress } from '../../types/well-known.js'
import { proxyType } from './types.js'

const proxies = 'Proxies'
const pure = 'Accounts without a key'
const announcements = 'Announcements of proxies'

export const refusedProxy = (outer: OuterReferences) => ({
  proxy: refusedCall(0, { real: multiAddress, force_proxy_type: option(proxyType), call: outer.call }, proxies),
  add_proxy: refusedCall(1, { delegate: multiAddress, proxy_type: proxyType, delay: u32 }, proxies),
  remove_proxy: refusedCall(2, { delegate: multiAddress, proxy_type: proxyType, delay: u32 }, proxies),
  remove_proxies: refusedCall(3, {}, proxies),
  create_pure: refusedCall(4, { proxy_type: proxyType, delay: u32, index: u16 }, pure),
  kill_pure: refusedCall(5, { spawner: multiAddress, proxy_type: proxyType, index: u16, height: compactU32, ext_index: compactU32 }, pure),
  announce: refusedCall(6, { real: multiAddress, call_hash: h256 }, announcements),
  remove_announcement: refusedCall(7, { real: multiAddress, call_hash: h256 }, announcements),
  reject_announcement: refusedCall(8, { delegate: multiAddress, call_hash: h256 }, announcements),
  proxy_announced: refusedCall(
    9,
    { delegate: multiAddress, real: multiAddress, force_proxy_type: option(proxyType), call: outer.call },
    announcements,
  ),
  poke_deposit: refusedCall(10, {}, proxies),
  set_real_pays_fee: refusedCall(11, { delegate: multiAddress, pays_fee: bool }, 'A proxy whose fee the other account pays'),
})
