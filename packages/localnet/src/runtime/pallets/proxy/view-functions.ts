import type { OuterReferences } from '../../framework/outer-types.js'
import type { ViewFunction } from '../../framework/pallet.js'
import { bool } from '../../types/primitives.js'
import { proxyType } from './types.js'

/** The pallet's view functions. No runtime API of this chain reaches them; they are there to be listed. */
export const proxyViewFunctions = (outer: OuterReferences): Readonly<Record<string, ViewFunction>> => ({
  check_permissions: {
    id: '0x1809d78346727a0ef58c0fa03bafa323cbc51488d92a1aa7137b03bfb50efc17',
    args: { call: outer.call, proxy_type: proxyType },
    result: bool,
  },
  is_superset: {
    id: '0x1809d78346727a0ef58c0fa03bafa3231714b0607d62af0a3b3b0ad2c5d55c58',
    args: { to_check: proxyType, against: proxyType },
    result: bool,
  },
})
