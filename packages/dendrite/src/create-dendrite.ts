import { AxonService, type InferRequest, type InferResponse, type Method, TensorKitError } from '@tensorkit/core'
import { createSignaturePool, type SignaturePool } from '@tensorkit/core/crypto'
import { asReplyError, Caller, type CallRequest, type LandedReply } from './call/caller.js'
import { abortedError, CancelScope } from './call/cancel-scope.js'
import { inTime } from './call/in-time.js'
import { roundOver } from './call/late-error.js'
import { Launcher } from './call/launcher.js'
import { Marks } from './call/marks.js'
import { describeSkew } from './clock-skew.js'
import type {
  AxonDescription,
  BidiMethod,
  ClientStreamingMethod,
  Dendrite,
  PeerSnapshot,
  RequestFor,
  ServerStreamingMethod,
  UnaryMethod,
  WarmUpResult,
} from './dendrite.js'
import { AxonDescriber } from './describe-axon.js'
import { runHedged } from './fan-out/hedge.js'
import { runBounded } from './fan-out/run-bounded.js'
import { stopRule } from './fan-out/stop-rule.js'
import type { CallOptions, DendriteOptions, HedgeOptions, QueryOptions, StreamOptions, WarmUpOptions } from './options.js'
import { PeerBook } from './peers/peer-book.js'
import { snapshotOf } from './peers/snapshot.js'
import { warmUp } from './peers/warm-up.js'
import { prepareRequest, requestPreparer } from './prepared-request.js'
import type { Reply } from './reply.js'
import { atLeastOne, queryConcurrency, type ResolvedOptions, resolveCall, resolveOptions, timerMs } from './resolve-options.js'
import { resolveTransport } from './resolve-transport.js'
import { type AdviseStale, sessionOpening } from './session/open-session.js'
import { SessionOpener } from './session/session-opener.js'
import type { DuplexStream, Messages, ReplyStream } from './streams/reply-stream.js'
import { StreamCall, type StreamServices } from './streams/stream-call.js'
import { upload } from './streams/upload.js'
import type { Target } from './target.js'

const defaultStreamMessages = 65_536
const defaultStreamBytes = 256 * 1024 * 1024
/** With less left nobody is asked any more; and a timer may be a ms early. */
const leastCallMs = 2

/**
 * Makes a neuron's client: gRPC over TLS 1.3, pinned to the key that an axon's hotkey vouched for, with one session for each axon.
 *
 * @throws CORE_INVALID_ARGUMENT for options that make no sense.
 * @example
 * ```ts
 * const dendrite = createDendrite({ signer, directory: metagraph })
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
  readonly #book: PeerBook
  readonly #opener: SessionOpener
  readonly #describer: AxonDescriber
  readonly #caller: Caller
  readonly #services: StreamServices
  readonly #pool: SignaturePool
  #isClosed = false

  constructor(given: ResolvedOptions) {
    const pool = createSignaturePool({ maxQueued: 2 * given.maxConcurrentCalls, ...given.signatures })
    const options = { ...given, signer: pool.signer(given.signer) }
    const transport = resolveTransport(options)
    const book = new PeerBook(options)
    const describer = new AxonDescriber(options.clock, transport, (peer) => this.#opener.probe(peer))
    const adviseStale: AdviseStale = async (error, peer, wait) => {
      const skewMs = await inTime(describer.skewOf(peer), wait, () => error)
      return describeSkew(error, TensorKitError.isInstance(skewMs) ? undefined : skewMs)
    }
    const opener = new SessionOpener({ options, transport, book, openSession: sessionOpening(given, adviseStale) })
    const launcher = new Launcher(options, book, opener)
    const caller = new Caller({ options, book, launcher, pool, adviseStale })
    this.#options = options
    this.#book = book
    this.#opener = opener
    this.#describer = describer
    this.#caller = caller
    this.#pool = pool
    this.#services = { options, book, launcher, caller, pool }
  }

  async *query<M extends UnaryMethod>(
    targets: Iterable<Target>,
    method: M,
    request: RequestFor<M>,
    options: QueryOptions<InferResponse<M>> = {},
  ): AsyncGenerator<Reply<InferResponse<M>>, void, undefined> {
    this.#check(method, 'unary')
    const { timeoutMs, maxReplyBytes, maxAttempts } = resolveCall(this.#options, options)
    const { first, quorum, signal } = options
    const roundTimeoutMs = timerMs(options.roundTimeoutMs)
    for (const [name, value] of Object.entries({ concurrency: options.concurrency, roundTimeoutMs, first, 'quorum.count': quorum?.count }))
      atLeastOne(name, value)
    const concurrency = queryConcurrency(this.#options, maxReplyBytes, options.concurrency)
    const prepare = requestPreparer(method, request)
    const askedMs = this.#options.clock.monotonicMs()
    const hasEnough = stopRule({ ...(first !== undefined && { first }), ...(quorum && { quorum }) })
    // Ends what is in flight when the user leaves the loop, the round is over, or there is enough.
    const cancel = new CancelScope()
    const release = cancel.follow(signal)
    const timer = roundTimeoutMs === undefined ? undefined : setTimeout(() => cancel.cancel(roundOver(roundTimeoutMs)), roundTimeoutMs)
    const run = (target: Target) =>
      this.#caller.call({ target, method, prepare, cancel, askedMs, startsAtPlace: true, timeoutMs, maxReplyBytes, maxAttempts })
    const discard = (landed: LandedReply<unknown>) => landed.release()
    try {
      for await (const landed of runBounded({ items: targets, concurrency, run, discard })) {
        landed.release()
        const isEnough = hasEnough(landed.reply)
        if (isEnough) cancel.cancel(abortedError())
        yield landed.reply
        if (isEnough) return
      }
    } finally {
      clearTimeout(timer)
      release()
      cancel.cancel(abortedError())
    }
  }

  async call<M extends UnaryMethod>(
    target: Target,
    method: M,
    request: InferRequest<M>,
    options: CallOptions = {},
  ): Promise<Reply<InferResponse<M>>> {
    this.#check(method, 'unary')
    const { timeoutMs, maxReplyBytes, maxAttempts } = resolveCall(this.#options, options)
    const askedMs = this.#options.clock.monotonicMs()
    const prepared = prepareRequest(method, request)
    const { signal } = options
    const cancel = signal === undefined ? undefined : new CancelScope()
    const release = cancel?.follow(signal)
    // Named one by one, here and above: a spread of the limits would cost more than all else in this method.
    const landed = await this.#caller.call({
      target,
      method,
      prepare: () => prepared,
      cancel,
      askedMs,
      startsAtPlace: false,
      timeoutMs,
      maxReplyBytes,
      maxAttempts,
    })
    release?.()
    landed.release()
    return landed.reply
  }

  async hedge<M extends UnaryMethod>(
    targets: Iterable<Target>,
    method: M,
    request: RequestFor<M>,
    options: HedgeOptions,
  ): Promise<Reply<InferResponse<M>>> {
    this.#check(method, 'unary')
    const { max = 2, signal } = options
    const delayMs = timerMs(options.delayMs)
    atLeastOne('max', max)
    if (!(Number.isFinite(delayMs) && delayMs >= 0))
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'delayMs must be a finite number from 0')
    const { timeoutMs, maxReplyBytes, maxAttempts } = resolveCall(this.#options, options)
    const { clock } = this.#options
    const askedMs = clock.monotonicMs()
    const prepare = requestPreparer(method, request)
    const cancel = new CancelScope()
    const release = cancel.follow(signal)
    const isLate = () => clock.monotonicMs() - askedMs > timeoutMs - leastCallMs
    const run = (target: Target) =>
      this.#take({ target, method, prepare, cancel, askedMs, startsAtPlace: false, timeoutMs, maxReplyBytes, maxAttempts })
    try {
      return await runHedged({ targets, delayMs, max, run, cancel, isLate })
    } finally {
      release()
      cancel.cancel(abortedError())
    }
  }

  stream<M extends ServerStreamingMethod>(
    target: Target,
    method: M,
    request: InferRequest<M>,
    options: StreamOptions = {},
  ): ReplyStream<InferResponse<M>> {
    this.#check(method, 'serverStreaming')
    const askedMs = this.#options.clock.monotonicMs()
    return this.#stream(target, method, { ...options, askedMs }, prepareRequest(method, request))
  }

  async upload<M extends ClientStreamingMethod>(
    target: Target,
    method: M,
    requests: Messages<InferRequest<M>>,
    options: CallOptions = {},
  ): Promise<Reply<InferResponse<M>>> {
    this.#check(method, 'clientStreaming')
    return upload(this.#stream(target, method, { ...options, maxMessages: 1 }), requests)
  }

  open<M extends BidiMethod>(target: Target, method: M, options: StreamOptions = {}): DuplexStream<InferRequest<M>, InferResponse<M>> {
    this.#check(method, 'bidi')
    return this.#stream(target, method, options)
  }

  async describe(target: Target, options: CallOptions = {}): Promise<Reply<AxonDescription>> {
    const method = AxonService.describe
    this.#check(method, 'unary')
    const { timeoutMs } = resolveCall(this.#options, options)
    const cancel = new CancelScope()
    const release = cancel.follow(options.signal)
    const { clock } = this.#options
    const marks = new Marks(clock, clock.monotonicMs())
    marks.start()
    const hotkey = target.hotkey as PeerSnapshot['hotkey']
    let described: AxonDescription | TensorKitError
    try {
      const peer = this.#book.find(target)
      described = TensorKitError.isInstance(peer) ? peer : await this.#describer.describe(peer, { timeoutMs, cancel })
    } catch (error) {
      described = asReplyError(error, target, method)
    }
    release()
    const rest = { hotkey, uid: target.uid, timings: marks.take() }
    return TensorKitError.isInstance(described) ? { ok: false, error: described, ...rest } : { ok: true, value: described, ...rest }
  }

  async warmUp(targets: Iterable<Target>, options: WarmUpOptions = {}): Promise<WarmUpResult> {
    this.#checkOpen()
    const { concurrency = 32, signal } = options
    const timeoutMs = timerMs(options.timeoutMs ?? 60_000)
    atLeastOne('concurrency', concurrency)
    atLeastOne('timeoutMs', timeoutMs)
    return warmUp({ book: this.#book, opener: this.#opener, targets, concurrency, timeoutMs, signal })
  }

  peers(): PeerSnapshot[] {
    const nowMs = this.#options.clock.monotonicMs()
    return Array.from(this.#book.all(), (peer) => snapshotOf(peer, nowMs))
  }

  close(): Promise<void> {
    this.#isClosed = true
    this.#opener.close()
    this.#book.close()
    return this.#pool.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #take<M extends UnaryMethod>(request: CallRequest<M>): Promise<Reply<InferResponse<M>>> {
    const landed = await this.#caller.call(request)
    landed.release()
    return landed.reply
  }

  #stream<M extends Method>(
    target: Target,
    method: M,
    options: StreamOptions & { readonly askedMs?: number },
    single?: ReturnType<typeof prepareRequest>,
  ): StreamCall<M> {
    const { maxMessages = defaultStreamMessages, maxBytes = defaultStreamBytes, signal } = options
    const { askedMs = this.#options.clock.monotonicMs() } = options
    atLeastOne('maxMessages', maxMessages)
    atLeastOne('maxBytes', maxBytes)
    const limits = resolveCall(this.#options, options)
    return new StreamCall(this.#services, { ...limits, target, method, single, signal, askedMs, maxMessages, maxBytes })
  }

  #check(method: Method, kind: Method['kind']): void {
    this.#checkOpen()
    if (method.kind === kind) return
    throw new TensorKitError('CORE_INVALID_ARGUMENT', `A method of this kind is called by ${callers[method.kind]}`, {
      facts: { method: method.path, kind: method.kind },
    })
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new TensorKitError('CORE_CLOSED', 'The dendrite is closed')
  }
}

const callers = {
  unary: 'query(), call() or hedge()',
  serverStreaming: 'stream()',
  clientStreaming: 'upload()',
  bidi: 'open()',
} as const
