import type { Storage } from '../../../state/storage.js'
import type { RuntimeCall } from '../../framework/call.js'
import type { RuntimeContext } from '../../framework/context.js'
import { signedOrigin, withFilter } from '../../framework/origin.js'
import type { TypeOf } from '../../types/ty.js'
import { proxyErrors } from './errors.js'
import { proxyEvents } from './events.js'
import { isSuperset, proxyMayCall } from './filters.js'
import { proxies } from './storage.js'
import type { ProxyType, proxyDefinition } from './types.js'

type Definition = TypeOf<typeof proxyDefinition>

/** Which accounts a lookup is about, and which type the proxy is asked to be of. */
export interface ProxyQuery {
  readonly real: string
  readonly delegate: string
  readonly type?: ProxyType | undefined
}

/** The first of an account's proxies that fits; ends the call with `NotProxy` if none does. */
export function findProxy(db: Storage, { real, delegate, type }: ProxyQuery): Definition {
  const [definitions] = proxies.Proxies.get(db, real)
  const found = definitions.find((one) => one.delegate === delegate && (type === undefined || one.proxy_type.type === type.type))
  return found ?? proxyErrors.fail('NotProxy')
}

/** What a proxy of a type may call, its own pallet included: it can give no more rights than it has. */
function allows(type: ProxyType, call: RuntimeCall): boolean {
  if (call.type === 'Proxy') {
    const { type: name, value } = call.value
    if ((name === 'add_proxy' || name === 'remove_proxy') && !isSuperset(type, value.proxy_type as ProxyType)) return false
    if ((name === 'remove_proxies' || name === 'kill_pure') && type.type !== 'Any') return false
  }
  return proxyMayCall(type, call)
}

/** Makes a call for another account; its failure shows in the event alone. */
export function callAsProxy(
  context: RuntimeContext,
  real: string,
  { definition, call }: { definition: Definition; call: RuntimeCall },
): void {
  const origin = withFilter(signedOrigin(real), (inner) => allows(definition.proxy_type, inner))
  const error = context.dispatch(call, origin)
  const result = error ? { type: 'Err' as const, value: error } : { type: 'Ok' as const, value: undefined }
  proxies.LastCallResult.set(context.db, real, result)
  context.emit(proxyEvents.ProxyExecuted({ result }))
}
