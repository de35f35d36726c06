import { createServer, type Server, type Socket } from 'node:net'
import type { Clock, Metrics } from '@tensorkit/core'
import { StrangerTurns } from '../admission/stranger-turns.js'
import type { AxonLimits } from '../limits.js'
import type { RefusalLog } from '../refusal-log.js'
import type { TlsIdentity } from '../tls/tls-identity.js'
import { Connections, type OpenConnection } from './connections.js'
import { onFirstRecord } from './first-record.js'
import { HeldConnections } from './held-connections.js'
import { listenOn } from './listen-on.js'
import type { ListenAddress } from './server-transport.js'
import { TlsFront } from './tls-front.js'

/** What a {@link ConnectionFront} is made of. */
export interface ConnectionFrontOptions {
  readonly limits: AxonLimits
  readonly clock: Clock
  readonly refusalLog: RefusalLog
  readonly metrics: Metrics
  /** Whether an address is that of a trusted proxy. */
  readonly isProxy?: (address: string) => boolean
}

/** Takes a connection over: counted, within the caps, and with its TLS handshake behind it. */
export type ConnectionHandler = (socket: Socket, connection: OpenConnection) => void

// A connection that wants TLS.
interface Newcomer {
  readonly tls: TlsFront
  readonly socket: Socket
  readonly connection: OpenConnection
}

// One for all sockets, so that none holds what is around it.
const ignored = () => {}

/** What stands in front of every gRPC server here: one listening socket, caps before a byte is read, TLS. */
export class ConnectionFront {
  readonly #options: ConnectionFrontOptions
  readonly #connections: Connections
  readonly #held: HeldConnections
  readonly #turns: StrangerTurns
  #listener: Server | undefined
  #identity: TlsIdentity | undefined
  #tls: TlsFront | undefined

  constructor(options: ConnectionFrontOptions) {
    this.#options = options
    this.#connections = new Connections(options.limits, options.clock, options.isProxy)
    this.#held = new HeldConnections(options.limits.strangerHoldMs)
    this.#turns = new StrangerTurns({ maxWaiting: options.limits.maxConnections })
  }

  /** Serves TLS with this key: before {@link listen}, without which it serves plain text; after it, to the connections that come. */
  useTls(identity: TlsIdentity): void {
    this.#tls?.use(identity)
    this.#identity = identity
  }

  /** Starts to take connections. @returns The port. @throws AXON_ADDRESS_IN_USE, AXON_LISTEN_FAILED, CORE_ABORTED. */
  async listen(address: ListenAddress, onConnection: ConnectionHandler): Promise<number> {
    const tls = this.#identity === undefined ? undefined : this.#tlsFront(this.#identity, onConnection)
    const listener = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, (socket) => {
      // Without a listener a reset by the peer would end the process.
      socket.on('error', ignored)
      const connection = this.#connections.accept(socket)
      if (typeof connection === 'string') {
        this.#onRefused(connection, socket)
        if (connection === 'stranger_work') this.#held.hold(socket)
        else socket.destroy()
        return
      }
      if (tls === undefined) {
        onConnection(socket, connection)
        return
      }
      this.#expectHandshake(socket, connection)
      // Who says nothing costs no TLS.
      onFirstRecord(socket, (isHandshake) => {
        if (isHandshake) this.#shakeHands({ tls, socket, connection })
        else this.#refuse('tls_failed', socket)
      })
    })
    await listenOn(listener, address)
    this.#listener = listener
    this.#tls = tls
    const bound = listener.address()
    return typeof bound === 'object' && bound !== null ? bound.port : address.port
  }

  /** The connection of a peer's address and port. */
  find(remoteAddress: string | undefined, remotePort: number | undefined): OpenConnection | undefined {
    return this.#connections.find(remoteAddress, remotePort)
  }

  /** Takes no new connections. */
  stop(): void {
    this.#listener?.close()
  }

  /** Ends all at once. */
  destroyAll(): void {
    this.#held.endAll()
    this.#connections.destroyAll()
  }

  #expectHandshake(socket: Socket, connection: OpenConnection): void {
    connection.expectHandshake(this.#options.limits.handshakeMs, () => this.#refuse('tls_slow', socket))
  }

  #shakeHands({ tls, socket, connection }: Newcomer): void {
    if (!connection.charge('handshake')) {
      this.#onRefused('stranger_work', socket)
      return
    }
    const run = () => {
      if (socket.destroyed) return false
      this.#expectHandshake(socket, connection)
      tls.accept(socket)
      // TLS listens for itself from here on.
      socket.off('error', ignored)
      return true
    }
    if (this.#connections.isKnown(connection)) {
      run()
      return
    }
    // Its time is not that for which others keep it waiting.
    connection.expectNothing()
    this.#turns.take(connection.source, { run, drop: () => this.#refuse('connections_total', socket) })
  }

  #tlsFront(identity: TlsIdentity, onConnection: ConnectionHandler): TlsFront {
    return new TlsFront({
      identity,
      onSecure: (socket, spkiSha256) => {
        const connection = this.#connections.find(socket.remoteAddress, socket.remotePort)
        if (connection === undefined) {
          socket.destroy()
          return
        }
        connection.secure(spkiSha256)
        onConnection(socket, connection)
      },
      onRefused: (reason, socket) => this.#onRefused(reason, socket),
    })
  }

  #refuse(reason: string, socket: Socket): void {
    this.#onRefused(reason, socket)
    socket.destroy()
  }

  #onRefused(reason: string, socket: Socket): void {
    this.#options.metrics.count('tensorkit_axon_connections_refused_total', { reason })
    this.#options.refusalLog.connectionRefused(reason, { address: socket.remoteAddress })
  }
}
