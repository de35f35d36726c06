import type { ResolvedOptions } from './resolve-options.js'
import type { ClientTransport } from './transport/client-transport.js'
import { createGrpcJsTransport } from './transport/grpc-js/grpc-js-transport.js'
import { createHttp2Transport } from './transport/http2/http2-transport.js'

/** The transport that the options name. */
export function resolveTransport({ transport, maxMessageBytes }: Pick<ResolvedOptions, 'transport' | 'maxMessageBytes'>): ClientTransport {
  if (typeof transport === 'object') return transport
  return transport === 'grpc-js' ? createGrpcJsTransport({ maxMessageBytes }) : createHttp2Transport({ maxMessageBytes })
}
