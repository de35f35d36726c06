import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
  type OutgoingHttpHeaders,
  type Settings,
} from 'node:http2'
import { connect as connectTcp } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AxonService, type SessionDomain, type Signer } from '@tensorkit/core'
import { signedOpen } from '../../axon-session-support.js'

/** What came of a call: its gRPC status, or that its stream ended without one. */
export interface Http2Answer {
  readonly status: number | 'none'
  readonly pushbackMs: string | undefined
  readonly body: Buffer
}

const gone: Http2Answer = { status: 'none', pushbackMs: undefined, body: Buffer.alloc(0) }

/** A message in gRPC's frame. */
export function framed(message: Uint8Array, isCompressed = false): Buffer {
  const frame = Buffer.alloc(5 + message.length)
  frame[0] = isCompressed ? 1 : 0
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, 5)
  return frame
}

/** Metadata by key; bytes for keys that end in `-bin`. */
export type CallerHeaders = Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[]>>

const wireValue = (value: string | Uint8Array) => (typeof value === 'string' ? value : Buffer.from(value).toString('base64'))

/** The headers of a gRPC call in plain text. */
export const callHeaders = (path: string, more: CallerHeaders = {}): OutgoingHttpHeaders => ({
  ':method': 'POST',
  ':scheme': 'http',
  ':path': path,
  'content-type': 'application/grpc',
  te: 'trailers',
  ...Object.fromEntries(
    Object.entries(more).map(([name, value]) => [
      name,
      typeof value === 'string' || value instanceof Uint8Array ? wireValue(value) : value.map(wireValue),
    ]),
  ),
})

/** A plain-text HTTP/2 client at an address of its own, which sends what no gRPC client would. */
export class Http2Caller {
  readonly session: ClientHttp2Session
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>

  constructor(
    { host, port }: { readonly host: string; readonly port: number },
    options: { readonly source?: string; readonly settings?: Settings } = {},
  ) {
    const { source = '127.0.0.2', settings = {} } = options
    this.session = connectHttp2(`http://${host}:${port}`, {
      createConnection: () => connectTcp({ host, port, localAddress: source, noDelay: true }),
      settings: { enablePush: false, ...settings },
    })
    this.session.on('error', () => {})
    this.closed = new Promise((resolve) => this.session.once('close', () => resolve()))
  }

  get isOpen(): boolean {
    return !this.session.closed && !this.session.destroyed
  }

  /** Opens a stream and leaves the rest to the caller; undefined if the connection is gone. */
  stream(headers: OutgoingHttpHeaders): ClientHttp2Stream | undefined {
    if (!this.isOpen) return undefined
    const stream = this.session.request(headers)
    stream.on('error', () => {})
    return stream
  }

  /** One call with this body, framed already. Never answered at once: who asks again and again must not keep the event loop for itself. */
  call(path: string, body: Uint8Array, headers: CallerHeaders = {}): Promise<Http2Answer> {
    const stream = this.stream(callHeaders(path, headers))
    if (stream === undefined) return nextTurn(gone)
    stream.end(body)
    return answerOf(stream)
  }

  /** Begins a call with this much of its body, and never ends it. */
  hold(path: string, part: Uint8Array, headers: CallerHeaders = {}): Promise<Http2Answer> {
    const stream = this.stream(callHeaders(path, headers))
    if (stream === undefined) return nextTurn(gone)
    stream.write(part)
    return answerOf(stream)
  }

  /** Opens a session of plain text. @returns Its token. */
  async open(options: { readonly signer: Signer; readonly server: Signer; readonly domain?: SessionDomain }): Promise<string> {
    const { signer, server, domain } = options
    const { headers } = await signedOpen({ signer, server: server.address, ...(domain && { domain }) })
    const { status, body } = await this.call(AxonService.openSession.path, framed(new Uint8Array()), headers)
    if (status !== 0) throw new Error(`no session: ${status}`)
    return Buffer.from(AxonService.openSession.response.decode(body.subarray(5)).token).toString('hex')
  }

  close(): void {
    this.session.destroy()
  }
}

/** How a stream ends. */
export function answerOf(stream: ClientHttp2Stream): Promise<Http2Answer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let status: number | 'none' = 'none'
    let pushbackMs: string | undefined
    const note = (headers: Readonly<Record<string, unknown>>) => {
      if (headers['grpc-status'] === undefined) return
      status = Number(headers['grpc-status'])
      pushbackMs = headers['grpc-retry-pushback-ms'] as string | undefined
    }
    stream.on('response', note)
    stream.on('trailers', note)
    stream.on('data', (part: Buffer) => parts.push(part))
    const settle = () => resolve({ status, pushbackMs, body: Buffer.concat(parts) })
    // Not its close: an attacker may leave its own side open. Trailers come before the end.
    stream.once('end', settle)
    stream.once('close', settle)
  })
}
