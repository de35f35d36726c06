import type { TlsIdentity } from '../../tls/tls-identity.js'
import { ConnectionFront, type ConnectionFrontOptions } from '../connection-front.js'
import type { CallHandler } from '../incoming-call.js'
import type { GrpcTransport, ListenAddress } from '../server-transport.js'
import type { GrpcJsServer } from './grpc-js-server.js'

/** gRPC by `@grpc/grpc-js`, which is loaded when it starts to listen: who serves by another transport never pays for it. */
export class GrpcJsTransport implements GrpcTransport {
  readonly #options: ConnectionFrontOptions
  readonly #front: ConnectionFront
  readonly #handlers = new Map<string, CallHandler>()
  #server: GrpcJsServer | undefined

  constructor(options: ConnectionFrontOptions) {
    this.#options = options
    this.#front = new ConnectionFront(options)
  }

  handle(path: string, handler: CallHandler): boolean {
    if (this.#handlers.has(path)) return false
    this.#handlers.set(path, handler)
    return true
  }

  useTls(identity: TlsIdentity): void {
    this.#front.useTls(identity)
  }

  async listen(address: ListenAddress): Promise<number> {
    const { GrpcJsServer } = await import('./grpc-js-server.js')
    const server = new GrpcJsServer({ ...this.#options, front: this.#front, handlers: this.#handlers })
    const port = await this.#front
      .listen(address, (socket) => server.inject(socket))
      .catch((error: unknown) => {
        server.destroy()
        throw error
      })
    this.#server = server
    return port
  }

  async shutdown(graceMs: number): Promise<void> {
    this.#front.stop()
    await this.#server?.shutdown(graceMs)
    // grpc-js forgets its sessions when channelz is off, so its forceShutdown alone would leave connections open.
    this.#front.destroyAll()
  }
}
