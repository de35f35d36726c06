import { once } from 'node:events'
import { WebSocket } from 'ws'

interface Message {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message: string; readonly data?: string }
  readonly params?: { readonly subscription: string; readonly result: unknown }
}

/** The least of a JSON-RPC client: what is measured is the chain. */
export class RpcSocket {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  readonly #listeners = new Map<string, (result: unknown) => void>()
  #nextId = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as Message
      if (message.params) this.#listeners.get(message.params.subscription)?.(message.params.result)
      const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id)
      if (!waiting) return
      this.#waiting.delete(message.id as number)
      if (message.error) waiting.reject(new Error(`${message.error.message} ${message.error.data ?? ''}`))
      else waiting.resolve(message.result)
    })
  }

  static async connect(url: string): Promise<RpcSocket> {
    const socket = new WebSocket(url)
    await once(socket, 'open')
    return new RpcSocket(socket)
  }

  call(method: string, ...params: readonly unknown[]): Promise<unknown> {
    const id = this.#nextId++
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return answer
  }

  async subscribe(method: string, params: readonly unknown[], listener: (result: unknown) => void): Promise<void> {
    const id = (await this.call(method, ...params)) as string
    this.#listeners.set(id, listener)
  }

  close(): void {
    this.#socket.terminate()
  }
}
