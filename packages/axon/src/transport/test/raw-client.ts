import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'

/** A message in gRPC's frame. */
export function framed(message: Uint8Array, flag = 0): Buffer {
  const frame = Buffer.alloc(5 + message.length)
  frame[0] = flag
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, 5)
  return frame
}

/** What came back on a stream. */
export interface RawReply {
  readonly headers: IncomingHttpHeaders
  readonly trailers: IncomingHttpHeaders
  /** `grpc-status`, wherever it came. */
  readonly status: string | undefined
  /** The messages, unframed. */
  readonly messages: readonly Buffer[]
  /** The code that the stream was closed with. */
  readonly rstCode: number
}

/** An HTTP/2 client that sends what it is told, gRPC or not. */
export class RawClient {
  readonly session: ClientHttp2Session
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>

  constructor(port: number) {
    this.session = connect(`http://127.0.0.1:${port}`)
    this.session.on('error', () => {})
    this.closed = new Promise((resolve) => this.session.once('close', () => resolve()))
  }

  /** Opens a stream and leaves the rest to the caller. */
  open(path: string, headers: OutgoingHttpHeaders = {}): ClientHttp2Stream {
    const stream = this.session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    })
    stream.on('error', () => {})
    return stream
  }

  /** One call with this body, framed already. */
  call(path: string, body: Uint8Array, headers: OutgoingHttpHeaders = {}): Promise<RawReply> {
    const stream = this.open(path, headers)
    const reply = replyOf(stream)
    stream.end(body)
    return reply
  }

  close(): void {
    this.session.destroy()
  }
}

/** Reads a stream to its close. */
export function replyOf(stream: ClientHttp2Stream): Promise<RawReply> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let headers: IncomingHttpHeaders = {}
    let trailers: IncomingHttpHeaders = {}
    stream.on('response', (received) => {
      headers = received
    })
    stream.on('trailers', (received) => {
      trailers = received
    })
    stream.on('data', (part: Buffer) => parts.push(part))
    stream.once('close', () => {
      const status = trailers['grpc-status'] ?? headers['grpc-status']
      resolve({ headers, trailers, status: status?.toString(), messages: messagesOf(Buffer.concat(parts)), rstCode: stream.rstCode ?? 0 })
    })
  })
}

function messagesOf(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1)
    messages.push(bytes.subarray(at + 5, end))
    at = end
  }
  return messages
}
