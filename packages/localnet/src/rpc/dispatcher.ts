import type { Logger } from '@tensorkit/core'
import type { Caller, Methods, Subscription } from './method.js'
import { refusedGroups } from './methods/all-methods.js'
import { Params } from './params.js'
import { methodNotFound, notModelled, RpcError, type RpcErrorObject, toRpcErrorObject } from './rpc-error.js'
import type { RpcLimits } from './rpc-limits.js'

/** The connection that a request came by, as far as methods need it. */
export interface Session {
  /** Aborted when the connection ends. */
  readonly signal: AbortSignal
  /** Opens a subscription, if there is room for one; absent over HTTP. `begin` is to be called once the id has been sent. */
  readonly subscribe?: (open: () => Subscription) => { readonly id: string; readonly begin: () => void }
  /** Ends a subscription. @returns Whether there was one. */
  readonly unsubscribe?: (id: string) => boolean
}

/** What goes back: text, unless there were notifications alone, and what to do once it is sent. */
export interface Reply {
  readonly text: string | undefined
  readonly sent: () => void
}

type Id = string | number | null

/** Answers JSON-RPC 2.0 texts. */
export class Dispatcher {
  readonly #methods: Methods
  readonly #limits: RpcLimits
  readonly #logger: Logger

  constructor({ methods, limits, logger }: { readonly methods: Methods; readonly limits: RpcLimits; readonly logger: Logger }) {
    this.#methods = methods
    this.#limits = limits
    this.#logger = logger
  }

  /** Answers one message: a request or a batch. Never throws. */
  async answer(message: string, session: Session): Promise<Reply> {
    const begins: (() => void)[] = []
    const text = await this.#answerText(message, session, begins)
    return {
      text,
      sent: () => {
        for (const begin of begins) begin()
      },
    }
  }

  async #answerText(message: string, session: Session, begins: (() => void)[]): Promise<string | undefined> {
    let request: unknown
    try {
      request = JSON.parse(message)
    } catch {
      return failure(null, { code: -32700, message: 'Parse error' })
    }
    if (!Array.isArray(request)) return this.#answerOne(request, session, begins)
    if (request.length === 0) return failure(null, { code: -32600, message: 'Invalid request' })
    const { maxBatch, maxResponseBytes } = this.#limits
    if (request.length > maxBatch)
      return failure(null, { code: -32010, message: 'The batch request was too large', data: `Exceeded max limit of ${maxBatch}` })
    const replies: string[] = []
    let bytes = 0
    // One after another, so that a batch is never held in memory beyond its limit.
    for (const one of request) {
      const reply = await this.#answerOne(one, session, begins)
      if (reply === undefined) continue
      bytes += reply.length
      if (bytes > maxResponseBytes)
        return failure(null, {
          code: -32011,
          message: 'The batch response was too large',
          data: `Exceeded max limit of ${maxResponseBytes}`,
        })
      replies.push(reply)
    }
    return replies.length === 0 ? undefined : `[${replies.join(',')}]`
  }

  async #answerOne(request: unknown, session: Session, begins: (() => void)[]): Promise<string | undefined> {
    if (!isRequest(request)) return failure(idOf(request), { code: -32600, message: 'Invalid request' })
    // Substrate's server does nothing with notifications either.
    if (request.id === undefined) return undefined
    try {
      const text = success(request.id, await this.#run(request.method, new Params(request.params ?? []), session, begins))
      if (text.length <= this.#limits.maxResponseBytes) return text
      return failure(request.id, {
        code: -32008,
        message: 'Response is too big',
        data: `Exceeded max limit of ${this.#limits.maxResponseBytes}`,
      })
    } catch (error) {
      const object = toRpcErrorObject(error)
      if (!(error instanceof RpcError)) this.#logger.warn({ method: request.method.slice(0, 64), error }, 'a JSON-RPC method failed')
      return failure(request.id, object)
    }
  }

  async #run(name: string, params: Params, session: Session, begins: (() => void)[]): Promise<unknown> {
    const method = Object.hasOwn(this.#methods, name) ? this.#methods[name] : undefined
    if (!method) throw refusedGroups.some((group) => name.startsWith(group)) ? notModelled(name.slice(0, 64)) : methodNotFound()
    const caller: Caller = { signal: session.signal, connection: session, afterReply: (task) => void begins.push(task) }
    switch (method.kind) {
      case 'call':
        return method.handle(params, caller)
      case 'refused':
        throw notModelled(name)
      case 'subscribe': {
        if (!session.subscribe) throw new RpcError({ code: -32601, message: 'Method not found: subscriptions need a WebSocket' })
        const { id, begin } = session.subscribe(() => method.open(params, caller))
        begins.push(begin)
        return id
      }
      case 'unsubscribe':
        if (!session.unsubscribe) throw new RpcError({ code: -32601, message: 'Method not found: subscriptions need a WebSocket' })
        return session.unsubscribe(String(params.value(0)))
    }
  }
}

interface Request {
  readonly id?: Id
  readonly method: string
  readonly params?: readonly unknown[]
}

function isRequest(value: unknown): value is Request {
  if (typeof value !== 'object' || value === null) return false
  const { jsonrpc, id, method, params } = value as Record<string, unknown>
  return (
    jsonrpc === '2.0' &&
    typeof method === 'string' &&
    (params === undefined || params === null || Array.isArray(params)) &&
    (id === undefined || isId(id))
  )
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' || typeof value === 'number' || value === null
}

function idOf(request: unknown): Id {
  const id = typeof request === 'object' && request !== null ? (request as Record<string, unknown>).id : null
  return isId(id) ? id : null
}

function success(id: Id, result: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result: result === undefined ? null : result })
}

function failure(id: Id, error: RpcErrorObject): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error })
}
