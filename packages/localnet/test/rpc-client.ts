import { once } from 'node:events'
import { type ClientOptions, WebSocket } from 'ws'

interface Message {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string }
  readonly method?: string
  readonly params?: { readonly subscription: string; readonly result: unknown }
}

/** A bare JSON-RPC client that hides nothing: what @polkadot/api would smooth over is what these tests look at. */
export class RpcClient {
  readonly socket: WebSocket
  readonly #waiting = new Map<number, (message: Message) => void>()
  readonly #notifications: NonNullable<Message['params']>[] = []
  readonly #others: unknown[] = []
  #wake = (): void => {}
  #next = 1

  private constructor(socket: WebSocket) {
    this.socket = socket
    // One for each request that waits.
    socket.setMaxListeners(0)
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString()) as Message
      const waiting = typeof message.id === 'number' ? this.#waiting.get(message.id) : undefined
      if (waiting) waiting(message)
      else if (message.params) this.#notifications.push(message.params)
      else this.#others.push(message)
      this.#wake()
    })
  }

  static async connect(url: string, options: ClientOptions = {}): Promise<RpcClient> {
    const socket = new WebSocket(url, options)
    await once(socket, 'open')
    return new RpcClient(socket)
  }

  /** The whole response. */
  async request(method: string, ...params: unknown[]): Promise<Message> {
    const id = this.#next++
    const answer = new Promise<Message>((resolve, reject) => {
      this.#waiting.set(id, resolve)
      this.socket.once('close', () => reject(new Error('closed')))
    })
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return answer
  }

  /** The result; throws with the error object. */
  async call<T = unknown>(method: string, ...params: unknown[]): Promise<T> {
    const { error, result } = await this.request(method, ...params)
    if (error) throw Object.assign(new Error(error.message), error)
    return result as T
  }

  /** Waits until a subscription has told `count` times since last asked. */
  async notifications<T = unknown>(subscription: string, count: number): Promise<T[]> {
    const own = (): number[] => this.#notifications.flatMap((one, index) => (one.subscription === subscription ? [index] : []))
    while (own().length < count) await this.#woken()
    const taken = own().slice(0, count)
    const results = taken.map((index) => this.#notifications[index]?.result as T)
    for (const index of taken.reverse()) this.#notifications.splice(index, 1)
    return results
  }

  /** How many notifications wait, of all subscriptions. */
  get pending(): number {
    return this.#notifications.length
  }

  /** Sends text as it is and waits for the next message that answers no request. */
  async raw(text: string): Promise<unknown> {
    this.socket.send(text)
    while (this.#others.length === 0) await this.#woken()
    return this.#others.shift()
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return
    const closed = once(this.socket, 'close')
    this.socket.close()
    await closed
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
