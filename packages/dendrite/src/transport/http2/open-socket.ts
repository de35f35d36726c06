import { isIP, type Socket, connect as tcpConnect } from 'node:net'
import { type SecureContext, connect as tlsConnect } from 'node:tls'
import { isPinFailure, isPinned, PinError, type PinnedTlsOptions } from '../../tls/pinned-tls-options.js'
import type { TransportTarget } from '../client-transport.js'

/** TLS of a channel; its context is made once. */
export interface ChannelTls {
  readonly options: PinnedTlsOptions
  readonly context: SecureContext
  readonly spkiSha256: string
}

/** What {@link openSocket} tells: one of the two, once, unless the socket is destroyed before. */
export interface SocketListener {
  onOpen(): void
  onFailure(fault: 'connect' | 'pin', details: string): void
}

/** Connects by TCP, and TLS if there is a pin. Nothing is written before the peer is known to be the pinned one. */
export function openSocket({ host, port }: TransportTarget, tls: ChannelTls | undefined, listener: SocketListener): Socket {
  const onError = (error: NodeJS.ErrnoException) => {
    listener.onFailure(isPinFailure(error) ? 'pin' : 'connect', `Could not connect: ${error.code ?? error.message}`)
  }
  if (tls === undefined) {
    const socket = tcpConnect({ host, port, noDelay: true })
    socket.once('error', onError)
    socket.once('connect', () => {
      socket.off('error', onError)
      listener.onOpen()
    })
    return socket
  }
  const socket = tlsConnect({
    ...tls.options.connection,
    host,
    port,
    secureContext: tls.context,
    // An IP literal is no server name (RFC 6066 §3).
    ...(isIP(host) === 0 && { servername: host }),
  })
  socket.setNoDelay(true)
  socket.once('error', onError)
  socket.once('secureConnect', () => {
    socket.off('error', onError)
    // Node checked this already; a resumed session or an option that slips in above would make it skip that.
    const isPeer =
      socket.authorized &&
      !socket.isSessionReused() &&
      socket.getProtocol() === 'TLSv1.3' &&
      isPinned(socket.getPeerCertificate(), tls.spkiSha256)
    if (isPeer && socket.alpnProtocol === 'h2') {
      listener.onOpen()
      return
    }
    socket.destroy()
    listener.onFailure(isPeer ? 'connect' : 'pin', isPeer ? 'The peer does not speak HTTP/2' : new PinError().message)
  })
  return socket
}
