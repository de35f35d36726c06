import type { ConnectionFrontOptions } from './connection-front.js'
import { GrpcJsTransport } from './grpc-js/grpc-js-transport.js'
import { Http2Server } from './http2/http2-server.js'
import type { GrpcTransport } from './server-transport.js'

/** The servers that there are, by name. */
export type GrpcTransportName = 'http2' | 'grpc-js'

/** The server of that name. */
export function createGrpcTransport(name: GrpcTransportName, options: ConnectionFrontOptions): GrpcTransport {
  return name === 'grpc-js' ? new GrpcJsTransport(options) : new Http2Server(options)
}
