import { BlockList, isIP, isIPv6 } from 'node:net'
import { TensorKitError } from '@tensorkit/core'
import type { CallHeaders } from '../transport/incoming-call.js'
import { sourceOf } from '../transport/source-of.js'

const header = 'x-forwarded-for'
// A chain of more proxies than this is nobody's network.
const maxHops = 16

/** Who pays for a call before its hotkey is proved: an IPv4 address or the /64 of an IPv6 address. */
export type CallSource = (call: {
  readonly headers: CallHeaders
  readonly connection: { readonly source: string; readonly address?: string | undefined }
}) => string

const peerSource: CallSource = ({ connection }) => connection.source

/**
 * Finds the source of a call: the peer's, or, behind proxies that are trusted, what the nearest of them says.
 *
 * On a connection from such a proxy the right-most address of `x-forwarded-for` that is no trusted proxy counts: that one
 * was written by a proxy that is trusted, all to its left by whoever liked to. Absent or malformed, the proxy pays itself.
 * `forwarded` is not read: a proxy that writes one of the two passes the other on as a stranger sent it.
 *
 * @param trustedProxies - Addresses and CIDR ranges: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.
 * @throws CORE_INVALID_ARGUMENT for what is neither.
 */
export function createCallSource(trustedProxies: readonly string[] = []): CallSource {
  if (trustedProxies.length === 0) return peerSource
  const isTrusted = trustedAddresses(trustedProxies)
  return ({ headers, connection }) => {
    const { address, source } = connection
    const values = headers[header]
    if (address === undefined || values === undefined || !isTrusted(address)) return source
    for (const hop of (typeof values === 'string' ? values : values.join(',')).split(',').slice(-maxHops).reverse()) {
      const said = plain(hop.trim())
      if (isIP(said) === 0) return source
      if (!isTrusted(said)) return sourceOf(said)
    }
    return source
  }
}

/** Whether an address is that of a proxy that is trusted. @throws CORE_INVALID_ARGUMENT for what is neither an address nor a CIDR range. */
export function trustedAddresses(trustedProxies: readonly string[] = []): (address: string) => boolean {
  const trusted = blockListOf(trustedProxies)
  return (address) => {
    const bare = plain(address)
    return trusted.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4')
  }
}

/** An IPv4 address that came as `::ffff:192.0.2.7` as itself, and none with a zone. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [, address = '', , prefix] = /^([^/]+)(\/(\d{1,3}))?$/.exec(range) ?? []
    const family = isIP(address)
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix)
    if (family === 0 || bits > (family === 6 ? 128 : 32)) {
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A trusted proxy must be an IP address or a CIDR range', { facts: { range } })
    }
    list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
