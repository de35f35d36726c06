import { syncBuiltinESMExports } from 'node:module'
import tls, { type ConnectionOptions, type Server, type TLSSocket, type TlsOptions } from 'node:tls'

/** What {@link changeTls} makes of Node's TLS. */
export interface TlsChange {
  /** Of the options of every server that is made. */
  readonly server?: (options: TlsOptions) => TlsOptions
  /** Of a socket that a server has taken in, before anyone else sees it. */
  readonly accepted?: (socket: TLSSocket) => void
  /** Of the options of every connection. */
  readonly client?: (options: ConnectionOptions) => ConnectionOptions
  /** Of a connection that has just begun. */
  readonly connecting?: (socket: TLSSocket, options: ConnectionOptions) => void
}

/**
 * Has Node's TLS do something else, for all modules of this process: for controls, as nobody may switch these protections off by an option.
 *
 * @returns What puts it back.
 */
export function changeTls({ server = (options) => options, accepted, client = (options) => options, connecting }: TlsChange): () => void {
  const { connect, createServer } = tls
  const changed = {
    createServer: (options: TlsOptions, ...rest: []): Server => {
      const made = createServer(server(options), ...rest)
      if (accepted !== undefined) made.on('secureConnection', accepted)
      return made
    },
    // Node's own HTTP/2 says port and host first.
    connect: (...given: unknown[]): TLSSocket => {
      const at = given.findIndex((one) => typeof one === 'object' && one !== null)
      const options = given[at] as ConnectionOptions
      const socket = (connect as (...all: unknown[]) => TLSSocket)(...given.map((one, i) => (i === at ? client(options) : one)))
      connecting?.(socket, options)
      return socket
    },
  }
  Object.assign(tls, changed)
  syncBuiltinESMExports()
  return () => {
    Object.assign(tls, { connect, createServer })
    syncBuiltinESMExports()
  }
}
