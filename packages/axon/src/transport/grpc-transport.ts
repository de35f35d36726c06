import type { TlsIdentity } from '../tls/tls-identity.js'
import type { ConnectionFrontOptions } from './connection-front.js'
import { GrpcJsTransport } from './grpc-js/grpc-js-transport.js'
import { Http2Server } from './http2/http2-server.js'
import type { ServerTransport } from './server-transport.js'

/** gRPC over HTTP/2, by whichever library. */
export interface GrpcTransport extends ServerTransport {
  /** Serves TLS with this key: before `listen`, without which it serves plain text; after it, to the connections that come. */
  useTls(identity: TlsIdentity): void
}

/** The servers that there are, by name. */
export type GrpcTransportName = 'http2' | 'grpc-js'

/** The server of that name. */
export function createGrpcTransport(name: GrpcTransportName, options: ConnectionFrontOptions): GrpcTransport {
  return name === 'grpc-js' ? new GrpcJsTransport(options) : new Http2Server(options)
}
