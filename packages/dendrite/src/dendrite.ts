import type { AxonService, InferRequest, InferResponse, Method } from '@tensorkit/core'
import type { CallOptions, QueryOptions } from './options.js'
import type { Reply } from './reply.js'
import type { Target } from './target.js'

/** What an axon tells anyone about itself: a peer's word. */
export type AxonDescription = InferResponse<typeof AxonService.describe>

/** One request for all targets, or one for each. */
export type RequestFor<M extends Method> = InferRequest<M> | ((target: Target) => InferRequest<M>)

/** A neuron's client. */
export interface Dendrite {
  /**
   * Asks many axons and yields what they answer, as it lands.
   *
   * Whatever a miner does is a reply with `ok: false`; nothing is thrown for it. Leaving the loop ends the calls in
   * flight. One request for all is serialised and hashed once. A target is asked when a place is free, and its time
   * counts from there.
   *
   * @param targets - Whom to ask; neurons without an axon get an error at once.
   * @param method - A unary method of a protocol, such as `Forecaster.predict`.
   * @param request - The request, or a function that makes one for each target.
   * @throws PROTOCOL_ENCODE_FAILED if the one request does not fit the protocol; CORE_CLOSED; CORE_INVALID_ARGUMENT;
   * CORE_NOT_SUPPORTED for a streaming method. All when the first reply is asked for.
   * @example
   * ```ts
   * for await (const reply of dendrite.query(metagraph.all(), Forecaster.predict, task, { timeoutMs: 12_000 })) {
   *   if (reply.ok) use(reply.hotkey, reply.value)
   * }
   * ```
   */
  query<M extends Method>(
    targets: Iterable<Target>,
    method: M,
    request: RequestFor<M>,
    options?: QueryOptions,
  ): AsyncGenerator<Reply<InferResponse<M>>, void, undefined>
  /** Asks one axon. @throws as {@link query}. */
  call<M extends Method>(target: Target, method: M, request: InferRequest<M>, options?: CallOptions): Promise<Reply<InferResponse<M>>>
  /** Asks an axon what it is; needs no credentials and proves nothing. */
  describe(target: Target, options?: CallOptions): Promise<Reply<AxonDescription>>
  /** Closes all channels; calls in flight end with an error. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
