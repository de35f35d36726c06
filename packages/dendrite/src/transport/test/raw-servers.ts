import {
  createServer as createHttp2Server,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2'
import { createServer, type Socket } from 'node:net'

/** A server of a test; what it does to each stream is the test's. */
export interface RawServer {
  readonly port: number
  readonly sessions: ServerHttp2Session[]
  readonly streams: { readonly stream: ServerHttp2Stream; readonly headers: IncomingHttpHeaders }[]
  close(): void
}

/** HTTP/2 without gRPC: answers as told. */
export async function startHttp2Server(
  onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, n: number) => void,
  settings: Settings = {},
): Promise<RawServer> {
  const server: Http2Server = createHttp2Server({ settings })
  const sessions: ServerHttp2Session[] = []
  const streams: { stream: ServerHttp2Stream; headers: IncomingHttpHeaders }[] = []
  server.on('session', (session) => {
    sessions.push(session)
    session.on('error', () => {})
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    streams.push({ stream, headers })
    onStream(stream, headers, streams.length)
  })
  const port = await listen(server)
  return {
    port,
    sessions,
    streams,
    close() {
      for (const session of sessions) session.destroy()
      server.close()
    },
  }
}

/** TCP: says what it likes. */
export async function startTcpServer(onSocket: (socket: Socket) => void): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  const port = await listen(server)
  return {
    port,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

async function listen(
  server: { listen(port: number, host: string, done: () => void): unknown; address(): unknown },
  port = 0,
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

/** gRPC's frame of a message. */
export function frame(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const prefix = Buffer.alloc(5)
  prefix[0] = flag
  prefix.writeUInt32BE(length, 1)
  return Buffer.concat([prefix, message])
}

/** An HTTP/2 frame. Source: RFC 9113 §4.1. */
export function http2Frame(type: number, flags: number, streamId: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(9)
  header.writeUIntBE(payload.length, 0, 3)
  header[3] = type
  header[4] = flags
  header.writeUInt32BE(streamId, 5)
  return Buffer.concat([header, payload])
}

/** Headers of a gRPC reply, body, trailers. */
export function reply(
  stream: ServerHttp2Stream,
  body: Uint8Array,
  trailers: Record<string, string> = { 'grpc-status': '0' },
  headers = {},
): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...headers }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers(trailers))
  stream.end(body)
}
