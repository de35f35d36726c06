import type { Pallet } from '../../framework/pallet.js'
import { apiMethod, type RuntimeApi } from '../../framework/runtime-api.js'
import { enumeration, option, struct, vec } from '../../types/compounds.js'
import { bool, bytes, u8, u128 } from '../../types/primitives.js'
import type { TypeOf } from '../../types/ty.js'
import { type ProxyFilter, proxyFilters, smallTransferLimit } from './filters.js'
import { type ProxyType, proxyType } from './types.js'

const path = 'subtensor_runtime_common'

const proxyTypeInfo = struct(`${path}::ProxyTypeInfo`, { name: bytes, index: u8, deprecated: bool })
const callCondition = enumeration(`${path}::CallCondition`, {
  ParamLessThan: [0, { param_name: bytes, limit: u128 }],
  NestedCallMustBe: [1, { pallet_name: bytes, call_name: bytes }],
})
const callInfo = struct(`${path}::CallInfo`, {
  pallet_name: bytes,
  pallet_index: u8,
  call_name: option(bytes),
  call_index: option(u8),
  condition: option(callCondition),
})
const filterMode = enumeration(`${path}::FilterMode`, { AllowAll: [0], DenyAll: [1], Allow: [2], Deny: [3] })
const proxyFilterInfo = struct(`${path}::ProxyFilterInfo`, {
  proxy_type: u8,
  name: bytes,
  deprecated: bool,
  filter_mode: filterMode,
  calls: vec(callInfo),
  exceptions: vec(callInfo),
})

type Condition = TypeOf<typeof callCondition>
type FilterInfo = TypeOf<typeof proxyFilterInfo>
type Name = ProxyType['type']

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const names = Object.keys(proxyFilters) as Name[]
const indexOf = (type: Name): number => proxyType.codec.enc({ type, value: undefined })[0] ?? 0

/** Types from the time of a governance that is gone. */
const gone: readonly Name[] = ['Triumvirate', 'Senate', 'Governance', 'RootWeights']

const modes = {
  all: 'AllowAll',
  none: 'DenyAll',
  allow: 'Allow',
  deny: 'Deny',
  allowBelow: 'Allow',
  allowNested: 'Allow',
} as const satisfies Record<ProxyFilter['mode'], FilterInfo['filter_mode']['type']>

const split = (name: string): readonly [pallet: string, call: string] => {
  const dot = name.indexOf('.')
  return [name.slice(0, dot), name.slice(dot + 1)]
}

const below = (argument: string): Condition => ({ type: 'ParamLessThan', value: { param_name: text(argument), limit: smallTransferLimit } })

function nested(name: string): Condition {
  const [pallet, call] = split(name)
  return { type: 'NestedCallMustBe', value: { pallet_name: text(pallet), call_name: text(call) } }
}

/** The calls that a filter lists, each with what must hold of its arguments. */
function listed(filter: ProxyFilter): readonly (readonly [name: string, condition?: Condition])[] {
  switch (filter.mode) {
    case 'all':
    case 'none':
      return []
    case 'allow':
    case 'deny':
      return filter.calls.map((name) => [name] as const)
    case 'allowBelow':
      return Object.entries(filter.calls).map(([name, argument]) => [name, below(argument)] as const)
    case 'allowNested':
      return Object.entries(filter.calls).map(([name, wanted]) => [name, nested(wanted)] as const)
  }
}

/** What proxies of each type may call, for clients to show. */
export function proxyFilterApi(pallets: () => readonly Pallet[]): RuntimeApi {
  function infoOf([name, condition]: readonly [name: string, condition?: Condition]): FilterInfo['calls'][number] {
    const [palletName, call] = split(name)
    const pallet = pallets().find((candidate) => candidate.name === palletName)
    return {
      pallet_name: text(palletName),
      pallet_index: pallet?.index ?? 0,
      call_name: call === '*' ? undefined : text(call),
      call_index: call === '*' ? undefined : pallet?.calls?.[call]?.index,
      condition,
    }
  }
  const filterOf = (type: Name): FilterInfo => {
    const filter = proxyFilters[type]
    const except = filter.mode === 'allow' ? (filter.except ?? []) : []
    return {
      proxy_type: indexOf(type),
      name: text(type),
      deprecated: gone.includes(type),
      filter_mode: { type: modes[filter.mode], value: undefined },
      calls: listed(filter).map(infoOf),
      exceptions: except.map((name) => infoOf([name])),
    }
  }
  return {
    name: 'ProxyFilterRuntimeApi',
    version: 1,
    methods: {
      get_proxy_types: apiMethod({}, vec(proxyTypeInfo), () =>
        names.map((type) => ({ name: text(type), index: indexOf(type), deprecated: gone.includes(type) })),
      ),
      get_proxy_filter: apiMethod({ proxy_type: option(u8) }, vec(proxyFilterInfo), (_context, { proxy_type: wanted }) =>
        names.filter((type) => wanted === undefined || indexOf(type) === wanted).map(filterOf),
      ),
    },
  }
}
