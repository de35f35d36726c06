import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Logger, TensorKitError } from '@tensorkit/core'
import { WebSocketServer } from 'ws'
import { type AccessRules, isAllowed, isLoopback } from './access.js'
import { Connection } from './connection.js'
import { Dispatcher } from './dispatcher.js'
import { handleHttp } from './http-handler.js'
import type { Methods } from './method.js'
import type { RpcLimits } from './rpc-limits.js'

/** How long clients get to close by themselves. */
const closeGraceMs = 500

/** What an {@link RpcServer} needs. */
export interface RpcServerOptions {
  readonly methods: Methods
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly access: AccessRules
  readonly limits: RpcLimits
  readonly logger: Logger
}

/** JSON-RPC 2.0 over WebSocket and HTTP on one port. */
export class RpcServer {
  readonly #http: Server
  readonly #sockets: WebSocketServer
  readonly #options: RpcServerOptions
  readonly #dispatcher: Dispatcher

  private constructor(options: RpcServerOptions) {
    this.#options = options
    this.#dispatcher = new Dispatcher(options)
    // Node switches Nagle's algorithm off by default (noDelay), for upgraded sockets as well.
    this.#http = createServer({ noDelay: true, requestTimeout: 60_000, headersTimeout: 10_000 }, (request, response) => {
      const { limits, access, logger } = options
      handleHttp(request, response, { dispatcher: this.#dispatcher, limits, access }).catch((error: unknown) => {
        logger.debug({ error }, 'an HTTP request failed')
        response.destroy()
      })
    })
    this.#http.maxConnections = options.limits.maxConnections
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: options.limits.maxRequestBytes, perMessageDeflate: false })
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  /**
   * Opens the port.
   *
   * @throws LOCALNET_REMOTE_REFUSED, LOCALNET_ADDRESS_IN_USE, LOCALNET_LISTEN_FAILED
   */
  static async listen(options: RpcServerOptions): Promise<RpcServer> {
    const { host, port, access } = options
    if (!isLoopback(host) && !access.allowRemote) {
      throw new TensorKitError('LOCALNET_REMOTE_REFUSED', 'The localnet listens on loopback only', { facts: { host } })
    }
    const server = new RpcServer(options)
    await new Promise<void>((resolve, reject) => {
      server.#http.once('error', (error: NodeJS.ErrnoException) => {
        const taken = error.code === 'EADDRINUSE'
        const message = taken ? 'The port is taken' : 'The port cannot be opened'
        reject(
          new TensorKitError(taken ? 'LOCALNET_ADDRESS_IN_USE' : 'LOCALNET_LISTEN_FAILED', message, {
            cause: error,
            facts: { host, port },
          }),
        )
      })
      server.#http.listen({ host, port }, resolve)
    })
    server.#http.on('error', (error) => options.logger.error({ error: error.message }, 'the server failed'))
    return server
  }

  /** The port that is open. */
  get port(): number {
    return (this.#http.address() as AddressInfo).port
  }

  /** How many WebSocket clients are connected. */
  get connections(): number {
    return this.#sockets.clients.size
  }

  /** Closes the port and every connection. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#http.close(resolve))
    for (const socket of this.#sockets.clients) socket.close(1001, 'the localnet closes')
    this.#http.closeIdleConnections()
    const grace = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate()
      this.#http.closeAllConnections()
    }, closeGraceMs)
    await closed
    clearTimeout(grace)
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { access, limits, logger } = this.#options
    socket.on('error', () => socket.destroy())
    if (!isAllowed(request.headers, access)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      new Connection({ socket: client, dispatcher: this.#dispatcher, limits, logger })
    })
  }
}
