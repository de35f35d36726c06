import type { AxonService, InferRequest, InferResponse, Method, Ss58Address, TensorKitError, Uid } from '@tensorkit/core'
import type { CallOptions, HedgeOptions, QueryOptions, StreamOptions, WarmUpOptions } from './options.js'
import type { CircuitState } from './peers/circuit.js'
import type { Reply } from './reply.js'
import type { DuplexStream, Messages, ReplyStream } from './streams/reply-stream.js'
import type { AuthProfile, Target } from './target.js'

/** What an axon tells anyone about itself: a peer's word. */
export type AxonDescription = InferResponse<typeof AxonService.describe>

/** One request for all targets, or one for each. */
export type RequestFor<M extends Method> = InferRequest<M> | ((target: Target) => InferRequest<M>)

/** A method of one kind: unary, or streaming one way or both. */
export type UnaryMethod = Method<'unary'>
/** One request, a stream of responses. */
export type ServerStreamingMethod = Method<'serverStreaming'>
/** A stream of requests, one response. */
export type ClientStreamingMethod = Method<'clientStreaming'>
/** A stream both ways. */
export type BidiMethod = Method<'bidi'>

/** One axon as a dendrite knows it: its own measurements, no peer's word. */
export interface PeerSnapshot {
  readonly hotkey: Ss58Address
  readonly uid: Uid | undefined
  readonly host: string
  readonly port: number
  readonly profile: AuthProfile
  readonly isConnected: boolean
  readonly hasSession: boolean
  /** sha256 of its TLS key, 64 hex digits; absent without a channel, or on plain text. */
  readonly spkiSha256: string | undefined
  /** Calls in flight. */
  readonly inFlight: number
  readonly circuit: CircuitState
  /** Transport failures in a row. */
  readonly failures: number
  /** From a request's last byte to the answer's first: a moving average, in ms. */
  readonly latencyMs: number | undefined
}

/** What {@link Dendrite.warmUp} did. */
export interface WarmUpResult {
  /** Targets with a channel, and a session where the profile has them, that had none before. */
  readonly opened: number
  /** Targets that had both already. */
  readonly kept: number
  /** Channels closed, or closing after their last call, because their targets are gone. */
  readonly closed: number
  /** Targets beyond `maxChannels`: their channels are made when they are called. */
  readonly skipped: number
  readonly failed: readonly { readonly hotkey: Ss58Address; readonly error: TensorKitError }[]
}

/** A neuron's client. */
export interface Dendrite {
  /**
   * Asks many axons and yields what they answer, as it lands.
   *
   * Whatever a miner does is a reply with `ok: false`; nothing is thrown for it. Leaving the loop ends the calls in
   * flight. One request for all is serialised and hashed once. A target is asked when a place is free, and its `timeoutMs`
   * counts from there: a round of thousands fails nobody for standing at its end. `roundTimeoutMs` bounds all of it. A loop that takes its
   * time holds the next targets up, and shortens nobody's.
   *
   * @param targets - Whom to ask; neurons without an axon get an error at once.
   * @param method - A unary method of a protocol, such as `Forecaster.predict`.
   * @param request - The request, or a function that makes one for each target.
   * @throws PROTOCOL_ENCODE_FAILED if the one request does not fit the protocol; CORE_CLOSED; CORE_INVALID_ARGUMENT, also for a method
   * that streams. All when the first reply is asked for.
   * @example
   * ```ts
   * for await (const reply of dendrite.query(metagraph.all(), Forecaster.predict, task, { timeoutMs: 12_000 })) {
   *   if (reply.ok) use(reply.hotkey, reply.value)
   * }
   * ```
   */
  query<M extends UnaryMethod>(
    targets: Iterable<Target>,
    method: M,
    request: RequestFor<M>,
    options?: QueryOptions<InferResponse<M>>,
  ): AsyncGenerator<Reply<InferResponse<M>>, void, undefined>
  /** Asks one axon: its `timeoutMs` runs from now, and covers every wait. @throws as {@link query}. */
  call<M extends UnaryMethod>(target: Target, method: M, request: InferRequest<M>, options?: CallOptions): Promise<Reply<InferResponse<M>>>
  /**
   * Asks one axon after the other until a good reply is there: the next one too if the last has not answered within `delayMs`, or at
   * once if it failed. The other calls are cancelled. A request never goes to the same hotkey twice. `timeoutMs` is the time of all of it.
   *
   * @returns The first good reply, or the last bad one.
   * @throws as {@link query}; CORE_INVALID_ARGUMENT without a target.
   */
  hedge<M extends UnaryMethod>(
    targets: Iterable<Target>,
    method: M,
    request: RequestFor<M>,
    options: HedgeOptions,
  ): Promise<Reply<InferResponse<M>>>
  /**
   * Asks one axon for a stream of responses. The call begins at once; see {@link ReplyStream}.
   *
   * @throws PROTOCOL_ENCODE_FAILED; CORE_CLOSED; CORE_INVALID_ARGUMENT.
   */
  stream<M extends ServerStreamingMethod>(
    target: Target,
    method: M,
    request: InferRequest<M>,
    options?: StreamOptions,
  ): ReplyStream<InferResponse<M>>
  /**
   * Sends a stream of requests, as fast as the axon takes them, and gets one response. An axon may answer before it has read them all.
   * Profile `session` only.
   *
   * @throws what the iterable throws (the call is cancelled), PROTOCOL_ENCODE_FAILED; CORE_CLOSED; CORE_INVALID_ARGUMENT.
   */
  upload<M extends ClientStreamingMethod>(
    target: Target,
    method: M,
    requests: Messages<InferRequest<M>>,
    options?: CallOptions,
  ): Promise<Reply<InferResponse<M>>>
  /**
   * Opens a stream both ways; see {@link DuplexStream}. Profile `session` only.
   *
   * @throws CORE_CLOSED; CORE_INVALID_ARGUMENT.
   */
  open<M extends BidiMethod>(target: Target, method: M, options?: StreamOptions): DuplexStream<InferRequest<M>, InferResponse<M>>
  /** Asks an axon what it is; needs no credentials and proves nothing. It has a channel of its own, so that a session's stays clean. */
  describe(target: Target, options?: CallOptions): Promise<Reply<AxonDescription>>
  /**
   * Connects to targets ahead of the calls, with sessions, and closes the channels of all others: give it the neurons that you are
   * going to ask, after each sync of the metagraph. What is connected already is left as it is. Of more targets than `maxChannels`, those
   * that are connected stay so, and the first of the others get what room is left.
   *
   * @throws CORE_CLOSED; CORE_INVALID_ARGUMENT.
   */
  warmUp(targets: Iterable<Target>, options?: WarmUpOptions): Promise<WarmUpResult>
  /** All axons that this dendrite called and remembers. */
  peers(): PeerSnapshot[]
  /** Closes all channels; calls in flight end with an error. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
