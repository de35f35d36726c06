import type { ClientTransport, ClientTransportOptions } from '../client-transport.js'
import { checkTarget, resolveTransportOptions } from '../transport-options.js'
import { Http2Channel } from './http2-channel.js'

/** Calls by a thin gRPC client over `node:http2`: what gRPC's protocol asks of a client, and no resolvers, balancers, retries or proxies. */
export function createHttp2Transport(options: ClientTransportOptions): ClientTransport {
  const resolved = resolveTransportOptions(options)
  return {
    name: 'http2',
    open(target) {
      checkTarget(target)
      return new Http2Channel(target, resolved)
    },
  }
}
