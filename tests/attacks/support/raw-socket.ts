import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** A connection from an address of its own, over TCP or TLS, which says what it is told. */
export interface RawSocket {
  readonly socket: Socket
  /** Whether the peer has ended it. */
  readonly isClosed: boolean
  /** What came in so far. */
  readonly received: Buffer
  /** Resolves when it is closed. */
  readonly closed: Promise<void>
  close(): void
}

/** Opens one, and believes whatever certificate comes. @returns It, connected or closed at once by the peer. */
export function rawSocket(
  { host, port }: { readonly host: string; readonly port: number },
  { source = '127.0.0.2', first, isTls = false }: { readonly source?: string; readonly first?: Uint8Array; readonly isTls?: boolean } = {},
): Promise<RawSocket> {
  return new Promise((resolve) => {
    const tcp = connectTcp({ host, port, localAddress: source, noDelay: true })
    tcp.on('error', () => {})
    const socket = isTls ? connectTls({ socket: tcp, rejectUnauthorized: false, ALPNProtocols: ['h2'] }) : tcp
    const parts: Buffer[] = []
    let isClosed = false
    socket.on('error', () => {})
    socket.on('data', (part) => parts.push(part))
    const closed = new Promise<void>((done) => {
      socket.once('close', () => {
        isClosed = true
        done()
        resolve(raw)
      })
    })
    const raw: RawSocket = {
      socket,
      closed,
      get isClosed() {
        return isClosed
      },
      get received() {
        return Buffer.concat(parts)
      },
      close: () => socket.destroy(),
    }
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      if (first !== undefined) socket.write(first)
      resolve(raw)
    })
  })
}
