import { TensorKitError } from '@tensorkit/core'
import { WebSocket } from 'ws'

/** The largest message that a node may send: metadata is some 350 KiB, the metagraph of a full subnet some 100 KiB. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024
const CLOSE_GRACE_MS = 1_000
/** A ping this often finds a connection that died without a word. */
const PING_INTERVAL_MS = 15_000

/** An open WebSocket that carries text. */
export interface Socket {
  send(text: string): void
  /** Closes it; resolves when it is closed, at the latest after a second. */
  close(): Promise<void>
}

/** Where to connect, and who is told. */
export interface SocketOptions {
  readonly url: URL
  /** The endpoint as it may be shown. */
  readonly endpoint: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly onMessage: (text: string) => void
  /** Called once, after the socket was open. */
  readonly onClose: () => void
}

/** Opens a WebSocket. @throws CHAIN_UNREACHABLE or CORE_ABORTED. */
export function openSocket(options: SocketOptions): Promise<Socket> {
  const { url, endpoint, timeoutMs, signal } = options
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortError(signal))
    const socket = new WebSocket(url, { maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, followRedirects: false })
    const finish = (error?: Error) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      if (!error) return resolve(wrap(socket, options))
      socket.terminate()
      reject(error)
    }
    const unreachable = (reason: string, cause?: unknown) =>
      finish(new TensorKitError('CHAIN_UNREACHABLE', 'The chain cannot be reached', { facts: { endpoint, reason }, cause }))
    const onAbort = () => finish(abortError(signal))
    const timer = setTimeout(() => unreachable(`no connection within ${timeoutMs} ms`), timeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    // Kept for the socket's whole life: an 'error' without a listener would end the process.
    socket.on('error', (error: NodeJS.ErrnoException) => unreachable(error.code ?? error.message.slice(0, 100), error))
    socket.once('open', () => finish())
  })
}

function wrap(socket: WebSocket, options: SocketOptions): Socket {
  let alive = true
  const ping = setInterval(() => {
    if (!alive) return socket.terminate()
    alive = false
    socket.ping()
  }, PING_INTERVAL_MS)
  // The pings alone are no reason for a process to live.
  ping.unref()
  const heard = () => {
    alive = true
  }
  socket.on('pong', heard)
  socket.on('message', (data, isBinary) => {
    heard()
    if (!isBinary) options.onMessage(String(data))
  })
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      clearInterval(ping)
      resolve()
      options.onClose()
    })
  })
  return {
    send: (text) => socket.send(text, () => {}),
    close: async () => {
      socket.close(1000)
      const timer = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS)
      await closed
      clearTimeout(timer)
    },
  }
}

function abortError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  if (TensorKitError.isInstance(reason)) return reason
  return new TensorKitError('CORE_ABORTED', 'Connecting to the chain was aborted')
}
