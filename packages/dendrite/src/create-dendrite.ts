import { setMaxListeners } from 'node:events'
import { AxonService, type InferRequest, type InferResponse, type Method, TensorKitError } from '@tensorkit/core'
import { Caller, type LandedReply } from './caller.js'
import type { AxonDescription, Dendrite, RequestFor } from './dendrite.js'
import { runBounded } from './fan-out/run-bounded.js'
import type { CallOptions, DendriteOptions, QueryOptions } from './options.js'
import { prepareRequest, requestPreparer } from './prepared-request.js'
import type { Reply } from './reply.js'
import { atLeastOne, type ResolvedOptions, resolveOptions } from './resolve-options.js'
import type { Target } from './target.js'

/**
 * Makes a neuron's client: unary gRPC, each request signed for the axon that it is sent to (`btauth/1`).
 *
 * @throws CORE_INVALID_ARGUMENT for options that make no sense.
 * @example
 * ```ts
 * const dendrite = createDendrite({ signer })
 * for await (const reply of dendrite.query(miners, Forecaster.predict, task)) {
 *   console.log(reply.hotkey, reply.ok ? reply.value : reply.error.code)
 * }
 * ```
 */
export function createDendrite(options: DendriteOptions): Dendrite {
  return new GrpcDendrite(resolveOptions(options))
}

class GrpcDendrite implements Dendrite {
  readonly #options: ResolvedOptions
  readonly #caller: Caller
  #isClosed = false

  constructor(options: ResolvedOptions) {
    this.#options = options
    this.#caller = new Caller(options)
  }

  async *query<M extends Method>(
    targets: Iterable<Target>,
    method: M,
    request: RequestFor<M>,
    options: QueryOptions = {},
  ): AsyncGenerator<Reply<InferResponse<M>>, void, undefined> {
    const { timeoutMs = this.#options.timeoutMs, concurrency = this.#options.concurrency } = options
    this.#check(method, { timeoutMs, concurrency })
    const { clock } = this.#options
    const prepare = requestPreparer(method, request)
    const askedMs = clock.monotonicMs()
    // Ends what is in flight when the user leaves the loop.
    const leaving = new AbortController()
    const { signal } = leaving
    // One listener for each call in flight is no leak.
    setMaxListeners(0, signal)
    const onAbort = () => leaving.abort(options.signal?.reason)
    if (options.signal?.aborted === true) onAbort()
    else options.signal?.addEventListener('abort', onAbort, { once: true })
    const run = (target: Target) => this.#caller.call({ target, method, prepare, timeoutMs, signal, askedMs, isSigned: true })
    const discard = (landed: LandedReply<unknown>) => landed.release()
    try {
      for await (const landed of runBounded({ items: targets, concurrency, run, discard })) {
        landed.release()
        yield landed.reply
      }
    } finally {
      options.signal?.removeEventListener('abort', onAbort)
      leaving.abort()
    }
  }

  async call<M extends Method>(
    target: Target,
    method: M,
    request: InferRequest<M>,
    options: CallOptions = {},
  ): Promise<Reply<InferResponse<M>>> {
    const { timeoutMs = this.#options.timeoutMs, signal } = options
    this.#check(method, { timeoutMs })
    const prepared = prepareRequest(method, request)
    const askedMs = this.#options.clock.monotonicMs()
    const landed = await this.#caller.call({ target, method, prepare: () => prepared, timeoutMs, signal, askedMs, isSigned: true })
    landed.release()
    return landed.reply
  }

  async describe(target: Target, options: CallOptions = {}): Promise<Reply<AxonDescription>> {
    const { timeoutMs = this.#options.timeoutMs, signal } = options
    const method = AxonService.describe
    this.#check(method, { timeoutMs })
    const prepared = prepareRequest(method, {})
    const askedMs = this.#options.clock.monotonicMs()
    const landed = await this.#caller.call({ target, method, prepare: () => prepared, timeoutMs, signal, askedMs, isSigned: false })
    landed.release()
    return landed.reply
  }

  close(): Promise<void> {
    this.#isClosed = true
    this.#caller.close()
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #check(method: Method, numbers: Readonly<Record<string, number>>): void {
    if (this.#isClosed) throw new TensorKitError('CORE_CLOSED', 'The dendrite is closed')
    if (method.kind !== 'unary') {
      throw new TensorKitError('CORE_NOT_SUPPORTED', 'This version calls unary methods only', {
        facts: { method: method.path, kind: method.kind },
      })
    }
    for (const [name, value] of Object.entries(numbers)) atLeastOne(name, value)
  }
}
