import { TensorKitError } from '@tensorkit/core'
import { type RawData, WebSocket } from 'ws'
import { RpcError } from '../rpc-error.js'

/** How long a node may take to answer a close frame. */
const CLOSE_GRACE_MS = 1_000
/** One message of the node. The largest that a chain has, metadata of all its versions in hex, is some 3 MiB. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024
/** When a request without an answer is forgotten; its caller gave up far earlier, by a time-out of its own. */
const FORGET_REQUEST_MS = 300_000
/** Notifications kept that come before the answer that names their subscription. */
const MAX_EARLY = 64

/** What a {@link RpcSocket} is made of. */
export interface RpcSocketOptions {
  readonly url: URL
  /** As it may be shown. */
  readonly endpoint: string
  /** Told when the socket closes, whoever closed it. */
  readonly onClosed: () => void
  /** Told once of each connection whose node sends what is no JSON-RPC; that is passed over. */
  readonly onGarbage: () => void
}

interface Request {
  readonly method: string
  readonly timer: NodeJS.Timeout
  readonly settle: (error: Error | undefined, result?: unknown) => void
}

interface Notification {
  readonly key: string
  readonly result: unknown
}

type Fields = Readonly<Record<string, unknown>>

/** One WebSocket that speaks JSON-RPC 2.0, guarded against whatever the node sends: it only ever costs the request concerned. */
export class RpcSocket {
  readonly #options: RpcSocketOptions
  readonly #socket: WebSocket
  readonly #requests = new Map<number, Request>()
  readonly #listeners = new Map<string, (result: unknown) => void>()
  #early: Notification[] = []
  #nextId = 1
  #bytesReceived = 0
  #isGarbled = false

  private constructor(socket: WebSocket, options: RpcSocketOptions) {
    this.#socket = socket
    this.#options = options
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary))
    socket.on('close', () => this.#onClose())
  }

  /** @throws CHAIN_UNREACHABLE, or CORE_ABORTED or the signal's own reason. */
  static async open(options: RpcSocketOptions, timeoutMs: number, signal: AbortSignal): Promise<RpcSocket> {
    if (signal.aborted) throw abortError(signal)
    const bare = new URL(options.url)
    bare.hash = ''
    // No compression: nodes offer none, and it would cost memory at both ends.
    const socket = new WebSocket(bare, { maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false })
    let reason = 'closed by the node'
    // For its whole life: an error without a listener would end the process. Each is followed by `close`.
    socket.on('error', (error) => {
      reason = reasonOf(error)
    })
    const failure = await new Promise<TensorKitError | undefined>((resolve) => {
      const finish = (error?: TensorKitError) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        socket.off('open', onOpen)
        socket.off('close', onClose)
        resolve(error)
      }
      const unreachable = (why: string) =>
        new TensorKitError('CHAIN_UNREACHABLE', 'The chain cannot be reached', { facts: { endpoint: options.endpoint, reason: why } })
      const onOpen = () => finish()
      const onClose = () => finish(unreachable(reason))
      const onAbort = () => finish(abortError(signal))
      const timer = setTimeout(() => finish(unreachable(`no connection within ${timeoutMs} ms`)), timeoutMs)
      signal.addEventListener('abort', onAbort, { once: true })
      socket.on('open', onOpen)
      socket.on('close', onClose)
    })
    if (!failure) return new RpcSocket(socket, options)
    socket.terminate()
    throw failure
  }

  /** Requests without an answer, those included whose callers gave up. */
  get inFlight(): number {
    return this.#requests.size
  }

  /** All that the node has sent. */
  get bytesReceived(): number {
    return this.#bytesReceived
  }

  /** @throws {@link RpcError} for the node's refusals; CHAIN_INCOMPATIBLE for an answer that is none; CHAIN_DISCONNECTED. */
  send(method: string, params: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) return reject(this.#disconnected())
      const id = this.#nextId++
      const settle: Request['settle'] = (error, result) => {
        if (!this.#requests.delete(id)) return
        clearTimeout(timer)
        if (error) reject(error)
        else resolve(result)
      }
      const timer = setTimeout(
        () =>
          settle(
            new TensorKitError('CHAIN_TIMEOUT', 'The node did not answer in time', {
              facts: { endpoint: this.#options.endpoint, method, timeoutMs: FORGET_REQUEST_MS },
            }),
          ),
        FORGET_REQUEST_MS,
      )
      timer.unref()
      this.#requests.set(id, { method, timer, settle })
      this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }), (error) => {
        if (error) settle(this.#disconnected())
      })
    })
  }

  /** Delivers the notifications of a subscription that the node has named, beginning with those that came ahead of the name. */
  listen(notification: string, id: string | number, listener: (result: unknown) => void): void {
    const key = keyOf(notification, id)
    this.#listeners.set(key, listener)
    const early = this.#early.filter((item) => item.key === key)
    this.#early = this.#early.filter((item) => item.key !== key)
    for (const { result } of early) listener(result)
  }

  /** Delivers no more of them. */
  unlisten(notification: string, id: string | number): void {
    this.#listeners.delete(keyOf(notification, id))
  }

  /** Resolves when the socket is closed, at the latest after a second. */
  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    await new Promise<void>((resolve) => {
      // A node that ignores the close frame holds nobody.
      const timer = setTimeout(() => this.#socket.terminate(), CLOSE_GRACE_MS)
      this.#socket.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
      this.#socket.close(1000)
    })
  }

  #onClose(): void {
    const error = this.#disconnected()
    for (const { settle } of [...this.#requests.values()]) settle(error)
    this.#listeners.clear()
    this.#early = []
    this.#options.onClosed()
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    // As ws hands them out by default: one buffer.
    const text = String(data)
    this.#bytesReceived += text.length
    const message = isBinary ? undefined : parse(text)
    const accepted = message !== undefined && (message.method === undefined ? this.#onAnswer(message) : this.#onNotification(message))
    if (accepted || this.#isGarbled) return
    this.#isGarbled = true
    this.#options.onGarbage()
  }

  #onAnswer(message: Fields): boolean {
    const { id, jsonrpc, result, error } = message
    if (typeof id !== 'number') return false
    const request = this.#requests.get(id)
    // Not asked, or forgotten since.
    if (!request) return true
    const { method, settle } = request
    const refusal = jsonrpc === '2.0' ? refusalOf(method, error) : undefined
    if (refusal) settle(refusal)
    else if (jsonrpc === '2.0' && result !== undefined && (error === undefined || error === null)) settle(undefined, result)
    else {
      settle(
        new TensorKitError('CHAIN_INCOMPATIBLE', 'The node’s answer is no JSON-RPC answer', {
          facts: { endpoint: this.#options.endpoint, method },
        }),
      )
    }
    return true
  }

  #onNotification({ method, params }: Fields): boolean {
    if (typeof method !== 'string' || !isObject(params)) return false
    const { subscription, result } = params
    if (typeof subscription !== 'string' && typeof subscription !== 'number') return false
    const key = keyOf(method, subscription)
    const listener = this.#listeners.get(key)
    if (listener) listener(result)
    else {
      this.#early.push({ key, result })
      if (this.#early.length > MAX_EARLY) this.#early.shift()
    }
    return true
  }

  #disconnected(): TensorKitError {
    return new TensorKitError('CHAIN_DISCONNECTED', 'The connection to the chain was lost', { facts: { endpoint: this.#options.endpoint } })
  }
}

const keyOf = (notification: string, id: string | number): string => `${notification}::${id}`
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function refusalOf(method: string, error: unknown): RpcError | undefined {
  if (!isObject(error) || typeof error.code !== 'number') return undefined
  const { code, message, data } = error
  const text = typeof message === 'string' ? message : 'unknown error'
  return new RpcError(method, code, text, data === undefined || typeof data === 'string' ? data : JSON.stringify(data))
}

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  return code ?? (error.message === '' ? 'connection failed' : error.message.slice(0, 100))
}

function abortError(signal: AbortSignal): TensorKitError {
  const reason: unknown = signal.reason
  return TensorKitError.isInstance(reason) ? reason : new TensorKitError('CORE_ABORTED', 'Connecting to the chain was aborted')
}
