import type { ServerTransport } from '@tensorkit/axon'
import type { MinerProfile } from '../profiles/miner-profile.js'

/** A transport whose calls to some paths go through a profile's hands. */
export function profiledTransport(
  transport: ServerTransport,
  { profile, paths }: { readonly profile: MinerProfile; readonly paths: readonly string[] },
): ServerTransport {
  const { tamper } = profile
  if (tamper === undefined) return transport
  return {
    handle: (path, handler) => transport.handle(path, paths.includes(path) ? (call) => handler(tamper(call)) : handler),
    listen: (address) => transport.listen(address),
    shutdown: (graceMs) => transport.shutdown(graceMs),
  }
}
