import { constants, createHash, X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls'
import { TensorKitError } from '@tensorkit/core'
import type { TlsIdentity } from '../tls/tls-identity.js'

/** Why a handshake came to nothing. */
export type HandshakeRefusal = 'tls_alpn' | 'tls_failed' | 'tls_resumed' | 'tls_version'

/** What a {@link TlsFront} is made of. */
export interface TlsFrontOptions {
  readonly identity: TlsIdentity
  /** A handshake is done. `spkiSha256` is that of the certificate which this very handshake used. */
  readonly onSecure: (socket: TLSSocket, spkiSha256: string) => void
  /** A handshake came to nothing; its socket is destroyed. */
  readonly onRefused: (reason: HandshakeRefusal, socket: Socket) => void
}

const ignored = () => {}

// How many identities' hashes are remembered: of those that the axon served last.
const identitiesKept = 16

/**
 * TLS in front of HTTP/2, on sockets that were accepted and counted already: TLS 1.3 and `h2` alone, and every connection by a whole
 * handshake, as sessions are bound to the key that it used.
 */
export class TlsFront {
  readonly #options: TlsFrontOptions
  readonly #server: Server
  // By the certificate's fingerprint, which is much cheaper to have than its key.
  readonly #spkis = new Map<string, string>()

  constructor(options: TlsFrontOptions) {
    this.#options = options
    this.#server = createServer({ ...contextOf(options.identity), ALPNProtocols: ['h2'] })
    this.#remember(options.identity)
    this.#server.on('secureConnection', (socket) => this.#onSecure(socket))
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      socket.destroy()
      // A peer that left, or whose time was up and told already, was not refused here.
      if (error.code !== 'ECONNRESET') options.onRefused('tls_failed', socket)
    })
  }

  /** Starts the handshake of a connection. How long it may take is for the caller to watch. */
  accept(socket: Socket): void {
    this.#server.emit('connection', socket)
  }

  /** Uses another identity for the connections that come from now on. */
  use(identity: TlsIdentity): void {
    this.#remember(identity)
    this.#server.setSecureContext(contextOf(identity))
  }

  #onSecure(socket: TLSSocket): void {
    // Without a listener a reset by the peer would end the process.
    socket.on('error', ignored)
    const refused = refusalOf(socket)
    const spkiSha256 = refused === undefined ? this.#spkiOf(socket) : undefined
    if (spkiSha256 === undefined) {
      socket.destroy()
      this.#options.onRefused(refused ?? 'tls_failed', socket)
      return
    }
    this.#options.onSecure(socket, spkiSha256)
  }

  #spkiOf(socket: TLSSocket): string | undefined {
    const certificate = socket.getX509Certificate()
    return certificate && this.#spkis.get(certificate.fingerprint256)
  }

  #remember({ certificatePem, spkiSha256 }: TlsIdentity): void {
    const { fingerprint256, publicKey } = new X509Certificate(certificatePem)
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    if (createHash('sha256').update(spki).digest('hex') !== spkiSha256) {
      throw new TensorKitError('AXON_TLS_KEY_INVALID', 'The certificate of a TLS identity is not that of its key')
    }
    this.#spkis.delete(fingerprint256)
    this.#spkis.set(fingerprint256, spkiSha256)
    const [oldest] = this.#spkis.keys()
    if (this.#spkis.size > identitiesKept && oldest !== undefined) this.#spkis.delete(oldest)
  }
}

function contextOf({ certificatePem, privateKey }: TlsIdentity): SecureContextOptions {
  return {
    cert: certificatePem,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    // With it OpenSSL names a session that it would have to remember, and Node remembers none: no ticket that is sent resumes anything.
    secureOptions: constants.SSL_OP_NO_TICKET,
  }
}

/** What the options above forbid already, looked at once more where it counts. */
function refusalOf(socket: TLSSocket): HandshakeRefusal | undefined {
  if (socket.getProtocol() !== 'TLSv1.3') return 'tls_version'
  if (socket.isSessionReused()) return 'tls_resumed'
  // node:http2 would answer in HTTP/1.
  return socket.alpnProtocol === 'h2' ? undefined : 'tls_alpn'
}
