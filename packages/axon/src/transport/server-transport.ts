import type { TlsIdentity } from '../tls/tls-identity.js'
import type { CallHandler } from './incoming-call.js'

/** Where a transport listens. */
export interface ListenAddress {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  readonly signal?: AbortSignal | undefined
}

/** What carries calls to an axon: gRPC over HTTP/2, or the memory of one process in tests. */
export interface ServerTransport {
  /** Serves a path: each call to it is handed over when its metadata is there. @returns False if the path is taken. */
  handle(path: string, handler: CallHandler): boolean
  /** Starts to take calls. @returns The port. @throws AXON_ADDRESS_IN_USE, AXON_LISTEN_FAILED, CORE_ABORTED. */
  listen(address: ListenAddress): Promise<number>
  /** Takes no new connections, lets calls in flight end for so many ms, then ends what is left. Can be called again, with less. */
  shutdown(graceMs: number): Promise<void>
}

/** gRPC over HTTP/2, by whichever library. */
export interface GrpcTransport extends ServerTransport {
  /** Serves TLS with this key: before `listen`, without which it serves plain text; after it, to the connections that come. */
  useTls(identity: TlsIdentity): void
}
