import {
  type ClientHttp2Session,
  connect,
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
} from 'node:http2'
import type { AddressInfo } from 'node:net'

/** One call as the man in the middle reads it. */
export interface SeenCall {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What {@link startManInTheMiddle} is given. */
export interface ManInTheMiddleOptions {
  /** Where the axon is. */
  readonly upstream: { readonly host: string; readonly port: number; readonly tls: boolean }
  /** His certificate; without it he speaks plain text. */
  readonly tls?: SecureServerOptions
  /** What he makes of a call on its way to the axon. @defaultValue passes it on as it came */
  readonly change?: (call: SeenCall) => Partial<Pick<SeenCall, 'path' | 'body'>>
  /** What he makes of the reply's bytes. */
  readonly changeReply?: (bytes: Buffer, call: SeenCall) => Buffer
}

/** Somebody on the path, who ends HTTP/2 himself and passes calls on: one connection to the axon for each that comes. */
export async function startManInTheMiddle({ upstream, tls, change = () => ({}), changeReply = (bytes) => bytes }: ManInTheMiddleOptions) {
  const seen: SeenCall[] = []
  const sessions = new Set<ServerHttp2Session>()
  const onward = new WeakMap<ServerHttp2Session, ClientHttp2Session>()
  const resumed: boolean[] = []
  const server = tls === undefined ? createServer() : createSecureServer({ ALPNProtocols: ['h2'], ...tls })
  const onwardOf = (session: ServerHttp2Session): ClientHttp2Session => {
    const known = onward.get(session)
    if (known !== undefined) return known
    const opened = connect(`${upstream.tls ? 'https' : 'http'}://${upstream.host}:${upstream.port}`, { rejectUnauthorized: false })
    opened.on('error', () => session.destroy())
    session.on('close', () => opened.destroy())
    onward.set(session, opened)
    return opened
  }
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session)
    session.on('error', () => {})
    session.on('close', () => sessions.delete(session))
  })
  server.on('secureConnection', (socket) => resumed.push(socket.isSessionReused()))
  server.on('sessionError', () => {})
  server.on('tlsClientError', () => {})
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = []
    stream.on('error', () => {})
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const call = { path: String(headers[':path']), headers, body: Buffer.concat(chunks) }
      seen.push(call)
      const { path = call.path, body = call.body } = change(call)
      const { ':authority': _authority, ...rest } = headers
      const passedOn = onwardOf(stream.session as ServerHttp2Session).request({
        ...rest,
        ':path': path,
        ':scheme': upstream.tls ? 'https' : 'http',
      })
      let trailers: IncomingHttpHeaders = {}
      passedOn.on('error', () => stream.destroy())
      passedOn.on('trailers', (received) => {
        trailers = received
      })
      passedOn.on('response', (received, flags) => {
        if (stream.destroyed) return
        // A refusal is headers alone.
        const isAll = (flags & 1) === 1
        stream.respond(received, isAll ? { endStream: true } : { waitForTrailers: true })
        stream.on('wantTrailers', () => stream.sendTrailers(trailers))
        const reply: Buffer[] = []
        passedOn.on('data', (chunk: Buffer) => reply.push(chunk))
        passedOn.on('end', () => {
          if (!isAll && !stream.destroyed) stream.end(changeReply(Buffer.concat(reply), call))
        })
      })
      passedOn.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    /** The calls that he read. */
    seen,
    /** Whether each TLS connection resumed an earlier one. */
    resumed,
    hangUp: () => {
      for (const session of sessions) session.destroy()
    },
    close: () => {
      for (const session of sessions) session.destroy()
      server.close()
    },
  }
}
