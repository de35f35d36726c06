import type { ClientTransport, ClientTransportOptions } from '../client-transport.js'
import { checkTarget, resolveTransportOptions } from '../transport-options.js'
import { GrpcJsChannel } from './grpc-js-channel.js'

/**
 * Calls by `@grpc/grpc-js`. It tells less than the other one: `wasSent` is true as soon as there was a connection, unless grpc-js says
 * otherwise; headers of a reply are bounded by nghttp2's 64 KiB; a peer without ALPN is found out by what it says next; a flag of a message
 * that is neither 0 nor 1, another content type and a status such as `0x0` pass.
 */
export function createGrpcJsTransport(options: ClientTransportOptions): ClientTransport {
  const resolved = resolveTransportOptions(options)
  return {
    name: 'grpc-js',
    open(target) {
      checkTarget(target)
      return new GrpcJsChannel(target, resolved)
    },
  }
}
