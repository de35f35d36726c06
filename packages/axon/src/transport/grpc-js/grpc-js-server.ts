import type { EventEmitter } from 'node:events'
import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import {
  type ConnectionInjector,
  type Responder,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js'
import { type Clock, TensorKitError } from '@tensorkit/core'
import type { AxonLimits } from '../../limits.js'
import type { ConnectionFront } from '../connection-front.js'
import type { OpenConnection } from '../connections.js'
import type { CallHandler } from '../incoming-call.js'
import { GrpcJsCall } from './grpc-js-call.js'

/** What a {@link GrpcJsServer} is made of. */
export interface GrpcJsServerOptions {
  readonly limits: AxonLimits
  readonly clock: Clock
  readonly front: ConnectionFront
  /** By path. */
  readonly handlers: ReadonlyMap<string, CallHandler>
}

const identity = (bytes: Buffer) => bytes

const unreachable = (_call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>) => respond(new Error('unreachable'))

// What grpc-js gets instead of a call that this server drives itself: one whose start goes nowhere.
const takenOver: Responder = { start: () => {} }

// grpc-js keeps `grpc-encoding` from interceptors, and unpacks a message before anyone may refuse it. Where it no longer kept the encoding
// here, all calls would count as compressed.
const announcesCompression = (call: ServerInterceptingCallInterface) => Reflect.get(call, 'incomingEncoding') !== 'identity'

/** grpc-js tells nobody of streams, pings and settings, and strangers must pay for each: without its own servers this one does not start. */
function http2ServersOf(server: Server): Iterable<EventEmitter> {
  const servers: unknown = Reflect.get(server, 'http2Servers')
  if (servers instanceof Map && servers.size > 0) return servers.keys()
  throw new TensorKitError('CORE_INTERNAL', 'This version of @grpc/grpc-js keeps its HTTP/2 servers elsewhere')
}

/** grpc-js's server behind a {@link ConnectionFront}; its calls are handed over when their metadata is there, before a byte of the body is asked for. */
export class GrpcJsServer {
  readonly #options: GrpcJsServerOptions
  readonly #server: Server
  readonly #injector: ConnectionInjector
  readonly #sockets = new Set<Socket>()
  // Those whose source is in debt: what else comes in before they are gone is left lying.
  readonly #overspent = new WeakSet<OpenConnection>()
  #isShutDown = false
  #onAllClosed: () => void = () => {}

  constructor(options: GrpcJsServerOptions) {
    const { handlers, limits } = options
    this.#options = options
    this.#server = new Server({
      'grpc.enable_channelz': 0,
      'grpc.max_receive_message_length': limits.maxMessageBytes,
      'grpc.max_send_message_length': limits.maxMessageBytes,
      'grpc.max_concurrent_streams': limits.maxStreamsPerConnection,
      'grpc.max_connection_idle_ms': limits.idleConnectionMs,
      'grpc.max_connection_age_ms': limits.maxConnectionAgeMs,
      'grpc.max_connection_age_grace_ms': limits.maxDeadlineMs,
      // In MB, as node:http2 has it; grpc-js switches the check off unless it is given.
      'grpc-node.max_session_memory': Math.ceil(limits.maxSessionMemoryBytes / 1_000_000),
      interceptors: [this.#intercept],
    })
    for (const path of handlers.keys()) this.#server.register(path, unreachable, identity, identity, 'unary')
    this.#injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure())
    for (const server of http2ServersOf(this.#server)) server.on('session', this.#onSession)
  }

  /** Serves a connection. */
  inject(socket: Socket): void {
    if (this.#isShutDown) {
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      if (this.#sockets.size === 0) this.#onAllClosed()
    })
    this.#injector.injectConnection(socket)
  }

  /** Ends it before it served. */
  destroy(): void {
    this.#injector.destroy()
  }

  /** Lets calls in flight end for so many ms. */
  async shutdown(graceMs: number): Promise<void> {
    this.#isShutDown = true
    // Says goodbye to all. It calls back before the last replies are out where node:http2 says goodbye to them itself, as from Node 24 on.
    this.#server.tryShutdown(() => {})
    if (this.#sockets.size > 0 && graceMs > 0) {
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        this.#onAllClosed = resolve
        timer = setTimeout(resolve, graceMs)
      })
      clearTimeout(timer)
    }
    this.#server.forceShutdown()
    this.#injector.destroy()
  }

  readonly #onSession = (session: ServerHttp2Session): void => {
    const { remoteAddress, remotePort } = session.socket
    const connection = this.#options.front.find(remoteAddress, remotePort)
    if (connection === undefined) return
    session.on('ping', () => connection.charge('ping'))
    session.on('remoteSettings', () => connection.charge('settings'))
    // Before grpc-js looks at it.
    session.prependListener('stream', () => {
      if (!connection.charge('stream')) this.#overspent.add(connection)
    })
  }

  readonly #intercept: ServerInterceptor = (method, call) => {
    const { remoteAddress, remotePort } = call.getConnectionInfo()
    const { clock, front, handlers, limits } = this.#options
    // Registered paths alone come here.
    const handler = handlers.get(method.path) as CallHandler
    const connection = front.find(remoteAddress, remotePort)
    if (connection !== undefined && this.#overspent.has(connection)) return new ServerInterceptingCall(call, takenOver)
    new GrpcJsCall(call, {
      path: method.path,
      connection,
      isCompressed: announcesCompression(call),
      clock,
      defaultDeadlineMs: limits.defaultDeadlineMs,
      maxDeadlineMs: limits.maxDeadlineMs,
    }).start(handler)
    return new ServerInterceptingCall(call, takenOver)
  }
}
