import type { Clock, Protocol } from '@tensorkit/core'
import type { MinerProfile, ProfiledHandler } from './miner-profile.js'

/** Puts a profile around all handlers of a protocol. */
export function profiledHandlers(
  protocol: Protocol,
  handlers: object,
  options: { readonly profile: MinerProfile; readonly clock: Clock },
): Record<string, ProfiledHandler> {
  const given = handlers as Readonly<Record<string, ProfiledHandler>>
  return Object.fromEntries(
    protocol.$methods.map((method) => {
      const handler = (given[method.name] as ProfiledHandler).bind(handlers)
      return [method.name, options.profile.wrap?.(handler, { method, clock: options.clock }) ?? handler]
    }),
  )
}
