import { createHash } from 'node:crypto'
import { type ClientHttp2Session, connect as connectHttp2, type OutgoingHttpHeaders } from 'node:http2'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { AttackCount, AttackTarget } from './attack.js'

const connectTimeoutMs = 5_000

/** Opens a TCP connection from the attacker's address. @returns It, or undefined if it failed. */
export function openTcp({ host, port, source }: AttackTarget, count: AttackCount): Promise<Socket | undefined> {
  count.attempts++
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port, localAddress: source, noDelay: true })
    socket.setTimeout(connectTimeoutMs, () => socket.destroy())
    socket.once('connect', () => {
      count.reached++
      resolve(socket)
    })
    socket.on('error', () => resolve(undefined))
    socket.once('close', () => resolve(undefined))
  })
}

/** Opens a TLS connection and believes whatever certificate comes. @returns It, or undefined if it failed. */
export async function openTls(target: AttackTarget, count: AttackCount): Promise<TLSSocket | undefined> {
  const socket = await openTcp(target, count)
  if (socket === undefined) return undefined
  return new Promise((resolve) => {
    const secure = connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ['h2'], minVersion: 'TLSv1.3' })
    secure.once('secureConnect', () => resolve(secure))
    secure.on('error', () => resolve(undefined))
    secure.once('close', () => resolve(undefined))
  })
}

/** The hash of the server's TLS key, as a session names it. */
export function spkiSha256Of(socket: TLSSocket): string {
  const key = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256')
    .update(key ?? '')
    .digest('hex')
}

/** An HTTP/2 session over TLS. */
export interface Http2Connection {
  readonly session: ClientHttp2Session
  readonly socket: TLSSocket
}

/** Opens an HTTP/2 session over TLS. @returns It, or undefined if it failed. */
export async function openHttp2(target: AttackTarget, count: AttackCount): Promise<Http2Connection | undefined> {
  const socket = await openTls(target, count)
  if (socket === undefined) return undefined
  const session = connectHttp2(`https://${target.host}:${target.port}`, { createConnection: () => socket, settings: { enablePush: false } })
  session.on('error', () => {})
  return { session, socket }
}

/** Goes on opening connections and using them, so many at a time, until the signal. */
export async function reconnect(
  options: { readonly connections: number; readonly signal: AbortSignal },
  use: () => Promise<unknown>,
): Promise<void> {
  const worker = async () => {
    while (!options.signal.aborted) {
      await use()
      // A dead port fails at once: let timers and the question to stop have their turn.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await Promise.all(Array.from({ length: options.connections }, worker))
}

/** One call of gRPC: its headers, and its body if it has one. */
export interface GrpcCall {
  readonly headers: OutgoingHttpHeaders
  /** The framed message; the call is left open without one. */
  readonly body?: Uint8Array
}

/** The headers of a call. */
export const grpcHeaders = (target: AttackTarget, path: string): OutgoingHttpHeaders => ({
  ':method': 'POST',
  ':scheme': 'https',
  ':authority': `${target.host}:${target.port}`,
  ':path': path,
  'content-type': 'application/grpc',
  te: 'trailers',
})

/** A message in gRPC's frame. */
export function framed(message: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(5 + message.length)
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, 5)
  return frame
}

/** Makes calls on one session, so many in flight, until it ends or the signal comes. */
export function floodCalls(
  { session }: Pick<Http2Connection, 'session'>,
  options: {
    readonly inFlight: number
    readonly signal: AbortSignal
    readonly count: AttackCount
    readonly next: () => GrpcCall | Promise<GrpcCall>
  },
): Promise<void> {
  const { inFlight, signal, count, next } = options
  const one = (call: GrpcCall) =>
    new Promise<void>((resolve) => {
      if (session.closed || session.destroyed) {
        resolve()
        return
      }
      count.attempts++
      const stream = session.request(call.headers)
      stream.on('error', () => {})
      stream.once('response', () => count.reached++)
      stream.once('close', resolve)
      stream.resume()
      if (call.body !== undefined) stream.end(call.body)
    })
  const worker = async () => {
    while (!signal.aborted && !session.closed && !session.destroyed) await one(await next())
  }
  const onAbort = () => session.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  return Promise.all(Array.from({ length: inFlight }, worker)).then(() => {
    signal.removeEventListener('abort', onAbort)
    session.destroy()
  })
}
