import { createServer, type Server as NetServer, type Socket } from 'node:net'
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
import type { Clock, Metrics, Protocol } from '@tensorkit/core'
import type { AxonLimits } from '../limits.js'
import type { RefusalLog } from '../refusal-log.js'
import type { TlsIdentity } from '../tls/tls-identity.js'
import type { AnonymousGate } from './anonymous-gate.js'
import { Connections } from './connections.js'
import { GrpcCall } from './grpc-call.js'
import type { CallHandler } from './incoming-call.js'
import { limitAnonymous } from './limit-anonymous.js'
import { listenOn } from './listen-on.js'
import { addReflection } from './reflection.js'
import type { ListenAddress, ServerTransport } from './server-transport.js'
import { TlsFront } from './tls-front.js'

/** What a {@link GrpcServer} is made of. */
export interface GrpcServerOptions {
  readonly limits: AxonLimits
  readonly clock: Clock
  readonly refusalLog: RefusalLog
  readonly metrics: Metrics
  readonly anonymous: AnonymousGate
}

const identity = (bytes: Buffer) => bytes

// One for all sockets, so that none holds what is around it.
const ignored = () => {}

// What grpc-js gets instead of a call that this server drives itself: one whose start goes nowhere.
const takenOver: Responder = { start: () => {} }

// grpc-js keeps `grpc-encoding` from interceptors, and unpacks a message before anyone may refuse it. Where it no longer kept the encoding
// here, all calls would count as compressed.
const announcesCompression = (call: ServerInterceptingCallInterface) => Reflect.get(call, 'incomingEncoding') !== 'identity'

/**
 * The gRPC server: one listening socket whose connections are counted before grpc-js sees them, and calls that are
 * handed over when their metadata is there, before a byte of the body is asked for.
 */
export class GrpcServer implements ServerTransport {
  readonly #options: GrpcServerOptions
  readonly #handlers = new Map<string, CallHandler>()
  readonly #connections: Connections
  readonly #server: Server
  #listener: NetServer | undefined
  #isReflected = false
  #injector: ConnectionInjector | undefined
  #identity: TlsIdentity | undefined
  #tls: TlsFront | undefined

  constructor(options: GrpcServerOptions) {
    const { limits } = options
    this.#options = options
    this.#connections = new Connections(limits, options.clock)
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
  }

  handle(path: string, handler: CallHandler): boolean {
    const unreachable = (_call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>) => respond(new Error('unreachable'))
    if (!this.#server.register(path, unreachable, identity, identity, 'unary')) return false
    this.#handlers.set(path, handler)
    return true
  }

  /** Serves grpc.reflection.v1 and v1alpha for these protocols. */
  async reflect(protocols: readonly Protocol[]): Promise<void> {
    if (this.#isReflected) return
    await addReflection(this.#server, protocols)
    this.#isReflected = true
  }

  /** Serves TLS with this key: before {@link listen}, without which it serves plain text; after it, to the connections that come. */
  useTls(identity: TlsIdentity): void {
    this.#tls?.use(identity)
    this.#identity = identity
  }

  async listen(address: ListenAddress): Promise<number> {
    const injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure())
    const inject = (socket: Socket) => injector.injectConnection(socket)
    const tls = this.#identity === undefined ? undefined : this.#tlsFront(this.#identity, inject)
    const listener = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, (socket) => {
      // Without a listener a reset by the peer would end the process.
      socket.on('error', ignored)
      const connection = this.#connections.accept(socket)
      if (typeof connection === 'string') {
        this.#onRefused(connection, socket)
        socket.destroy()
        return
      }
      if (tls === undefined) {
        inject(socket)
        return
      }
      connection.expectHandshake(this.#options.limits.handshakeMs, () => {
        this.#onRefused('tls_slow', socket)
        socket.destroy()
      })
      tls.accept(socket)
    })
    try {
      await listenOn(listener, address)
    } catch (error) {
      injector.destroy()
      throw error
    }
    this.#listener = listener
    this.#injector = injector
    this.#tls = tls
    const bound = listener.address()
    return typeof bound === 'object' && bound !== null ? bound.port : address.port
  }

  async shutdown(graceMs: number): Promise<void> {
    this.#listener?.close()
    let timer: NodeJS.Timeout | undefined
    await Promise.race([
      new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve())),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs)
      }),
    ])
    clearTimeout(timer)
    this.#server.forceShutdown()
    this.#injector?.destroy()
    // grpc-js forgets its sessions when channelz is off, so its forceShutdown alone would leave connections open.
    this.#connections.destroyAll()
  }

  #tlsFront(identity: TlsIdentity, inject: (socket: Socket) => void): TlsFront {
    return new TlsFront({
      identity,
      onSecure: (socket, spkiSha256) => {
        const connection = this.#connections.find(socket.remoteAddress, socket.remotePort)
        if (connection === undefined) {
          socket.destroy()
          return
        }
        connection.secure(spkiSha256)
        inject(socket)
      },
      onRefused: (reason, socket) => this.#onRefused(reason, socket),
    })
  }

  #onRefused(reason: string, socket: Socket): void {
    this.#options.metrics.count('tensorkit_axon_connections_refused_total', { reason })
    this.#options.refusalLog.connectionRefused(reason, { address: socket.remoteAddress })
  }

  readonly #intercept: ServerInterceptor = (method, call) => {
    const { remoteAddress, remotePort } = call.getConnectionInfo()
    const handler = this.#handlers.get(method.path)
    const connection = this.#connections.find(remoteAddress, remotePort)
    const isCompressed = announcesCompression(call)
    if (handler === undefined) {
      const { anonymous: gate, limits } = this.#options
      return limitAnonymous(call, { gate, source: connection?.source ?? '', isCompressed, timeoutMs: limits.anonymousCallMs })
    }
    new GrpcCall(call, {
      path: method.path,
      connection,
      isCompressed,
      clock: this.#options.clock,
      defaultDeadlineMs: this.#options.limits.defaultDeadlineMs,
      maxDeadlineMs: this.#options.limits.maxDeadlineMs,
    }).start(handler)
    return new ServerInterceptingCall(call, takenOver)
  }
}
