import { type InferRequest, type InferResponse, type Method, type Ss58Address, TensorKitError, type Uid } from '@tensorkit/core'
import { createMessageDigest, type MessageDigest, type SignaturePool } from '@tensorkit/core/crypto'
import { CallTime } from '../call/call-time.js'
import { asReplyError, type Caller, type Place, pause, requestTooLarge } from '../call/caller.js'
import { abortedError, CancelScope } from '../call/cancel-scope.js'
import { lateError } from '../call/late-error.js'
import type { Launch, Launcher } from '../call/launcher.js'
import { Marks } from '../call/marks.js'
import { RetryPolicy } from '../call/retry-policy.js'
import { failureError } from '../failure-error.js'
import type { Peer } from '../peers/peer.js'
import type { PeerBook } from '../peers/peer-book.js'
import { checkReceipt } from '../receipts/check-receipt.js'
import { PrefixDigest } from '../receipts/prefix-digest.js'
import type { ResolvedCall, ResolvedOptions } from '../resolve-options.js'
import type { Target } from '../target.js'
import type { CallEnd, CallListener } from '../transport/client-transport.js'
import { Inbox } from './inbox.js'
import { Outbox } from './outbox.js'
import type { DuplexStream } from './reply-stream.js'
import type { StreamResult } from './stream-result.js'

/** What streams share with the other calls of a dendrite. */
export interface StreamServices {
  readonly options: ResolvedOptions
  readonly book: PeerBook
  readonly launcher: Launcher
  readonly caller: Caller
  readonly pool: SignaturePool
}

/** One stream to open. */
export interface StreamRequest<M extends Method> extends ResolvedCall {
  readonly target: Target
  readonly method: M
  /** The one request message; absent where requests are streamed. */
  readonly single?: { readonly body: Uint8Array; bodySha256(): string } | undefined
  readonly signal: AbortSignal | undefined
  /** When it was asked for, by the monotonic clock. */
  readonly askedMs: number
  readonly maxMessages: number
  readonly maxBytes: number
}

/** One call with a stream in at least one direction. */
export class StreamCall<M extends Method> implements DuplexStream<InferRequest<M>, InferResponse<M>> {
  readonly result: Promise<StreamResult>
  readonly #services: StreamServices
  readonly #request: StreamRequest<M>
  readonly #cancel = new CancelScope()
  readonly #marks: Marks
  readonly #time: CallTime
  readonly #inbox: Inbox<InferResponse<M>>
  readonly #outbox: Outbox
  #peer: Peer | undefined
  #place: Place | undefined
  #messages = 0
  #bytes = 0
  #firstMessageAt: number | undefined
  #firstMessageMs: number | undefined
  #hasAnswered = false
  #fault: TensorKitError | undefined
  #sent: PrefixDigest | undefined
  #received: MessageDigest | undefined

  constructor(services: StreamServices, request: StreamRequest<M>) {
    this.#services = services
    this.#request = request
    const { clock } = services.options
    const { askedMs, timeoutMs } = request
    this.#marks = new Marks(clock, askedMs)
    this.#time = new CallTime({ clock, askedMs, timeoutMs, startsAtPlace: false })
    this.#inbox = new Inbox(() => this.#place?.reservation.release())
    this.#outbox = new Outbox((message) => this.#sent?.add(message))
    this.result = this.#run()
  }

  // A hotkey that is none ends the stream before anything is done with it.
  get hotkey(): Ss58Address {
    return this.#request.target.hotkey as Ss58Address
  }

  get uid(): Uid | undefined {
    return this.#request.target.uid ?? this.#peer?.uid
  }

  cancel(): void {
    this.#cancel.cancel(abortedError())
  }

  async send(request: InferRequest<M>): Promise<boolean> {
    const { method } = this.#request
    const message = method.request.encode(request)
    const { maxMessageBytes } = this.#services.options
    if (message.byteLength > maxMessageBytes) throw requestTooLarge({ hotkey: this.hotkey }, method, message.byteLength)
    return this.#outbox.send(message)
  }

  end(): void {
    this.#outbox.end()
  }

  [Symbol.asyncIterator](): AsyncIterator<InferResponse<M>, undefined> {
    return {
      next: () => this.#inbox.next(),
      return: () => {
        this.cancel()
        this.#inbox.clear()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  /** Never rejects. */
  async #run(): Promise<StreamResult> {
    const { options, book, caller } = this.#services
    const { target, method, signal, maxReplyBytes } = this.#request
    const release = this.#cancel.follow(signal)
    let outcome: { readonly receipt?: Uint8Array } | TensorKitError
    try {
      const peer = book.find(target)
      if (TensorKitError.isInstance(peer)) outcome = peer
      else {
        this.#peer = peer
        const entered = caller.enter(peer, { time: this.#time, cancel: this.#cancel, maxReplyBytes })
        this.#place = entered instanceof Promise ? await entered : entered
        outcome = await this.#exchange(peer)
      }
    } catch (error) {
      outcome = asReplyError(error, target, method)
    }
    release()
    this.#outbox.close()
    this.#place?.leave()
    this.#place?.reservation.shrinkTo(this.#inbox.queuedBytes)
    this.#inbox.close()
    if (this.#inbox.queuedBytes > 0) this.#dropLater()
    const timings = { ...this.#marks.take(), firstMessageMs: this.#firstMessageMs }
    const summary = { hotkey: this.hotkey, uid: this.uid, messages: this.#messages, bytes: this.#bytes, timings }
    const code = TensorKitError.isInstance(outcome) ? outcome.code : 'ok'
    options.metrics.count('tensorkit_dendrite_streams_total', { path: method.path, code })
    if (TensorKitError.isInstance(outcome)) return { ok: false, error: outcome, ...summary }
    return { ok: true, ...summary, ...(outcome.receipt && { receipt: outcome.receipt }) }
  }

  /** What nobody takes is not kept for ever. */
  #dropLater(): void {
    setTimeout(() => this.#inbox.clear(), this.#request.timeoutMs).unref()
  }

  async #exchange(peer: Peer): Promise<{ readonly receipt?: Uint8Array } | TensorKitError> {
    const { options, launcher } = this.#services
    const { method, single, maxAttempts } = this.#request
    const time = this.#time
    this.#marks.start()
    if (peer.profile === 'btauth' && single === undefined) {
      return new TensorKitError('DENDRITE_SESSION_REQUIRED', 'The profile btauth has no streams of requests: they would be unsigned', {
        facts: { hotkey: peer.hotkey, method: method.path },
      })
    }
    if (single !== undefined && single.body.byteLength > options.maxMessageBytes)
      return requestTooLarge(peer, method, single.body.byteLength)
    const retry = new RetryPolicy(maxAttempts)
    for (let attempt = 1; ; attempt++) {
      if (this.#cancel.error !== undefined) return this.#cancel.error
      if (time.leftMs <= 0) return lateError(peer, { waitedFor: attempt === 1 ? 'place' : 'retry', method: method.path })
      const bodySha256 = peer.profile === 'btauth' ? single?.bodySha256() : undefined
      const launching = launcher.launch({ peer, method, bodySha256, time, cancel: this.#cancel })
      const launch = launching instanceof Promise ? await launching : launching
      if (TensorKitError.isInstance(launch)) return launch
      this.#marks.ready()
      const end = await this.#attempt(launch, Math.max(1, time.leftMs))
      launcher.settle(peer, launch, end)
      this.#marks.ended(end)
      if (this.#firstMessageAt !== undefined && end.sentMs !== undefined)
        this.#firstMessageMs = Math.max(0, this.#firstMessageAt - end.sentMs)
      if (this.#fault !== undefined) return this.#fault
      if (end.code === 0) return this.#accept(peer, launch, end)
      const isExpired = launcher.hasExpired(peer, launch, end)
      const delayMs = this.#hasAnswered || !this.#outbox.canResend ? undefined : retry.delayAfter(end, isExpired)
      if (delayMs === undefined || delayMs >= time.leftMs) {
        return this.#cancel.error ?? failureError(end, peer, method.path)
      }
      if (delayMs > 0) await pause(delayMs, this.#cancel)
    }
  }

  /** One call on the wire, from its headers to its end. */
  #attempt({ link, headers, connectionId, requestId }: Launch, timeoutMs: number): Promise<CallEnd> {
    const { method, single, maxReplyBytes } = this.#request
    if (requestId !== undefined) {
      this.#sent = new PrefixDigest()
      this.#received = createMessageDigest()
    }
    return new Promise((resolve) => {
      let uncancel: (() => void) | undefined
      const listener: CallListener = {
        onHeaders: () => this.#outbox.forget(),
        onMessage: (message) => {
          if (!this.#take(message)) call.cancel()
        },
        onDrain: () => this.#outbox.drained(),
        onEnd: (end) => {
          uncancel?.()
          this.#outbox.detach()
          resolve(end)
        },
      }
      const call = link.channel.start({ path: method.path, headers, timeoutMs, replies: 'many', maxReplyBytes, connectionId }, listener)
      if (single === undefined) this.#outbox.attach(call)
      else {
        call.sendLast(single.body)
        this.#sent?.add(single.body)
      }
      this.#inbox.attach(call)
      uncancel = this.#cancel.onCancel(() => call.cancel())
    })
  }

  /** Takes one message of the peer. @returns Whether the stream may go on. */
  #take(message: Uint8Array): boolean {
    const { method, maxMessages, maxBytes } = this.#request
    if (this.#fault !== undefined || this.#cancel.isCancelled) return false
    this.#hasAnswered = true
    this.#firstMessageAt ??= performance.now()
    this.#received?.add(message)
    const isTooMuch = this.#messages + 1 > maxMessages || this.#bytes + message.byteLength > maxBytes
    if (isTooMuch) {
      this.#fault = new TensorKitError('DENDRITE_BAD_REPLY', 'The stream is longer than the limit', {
        facts: { hotkey: this.hotkey, method: method.path, maxMessages, maxBytes },
      })
      return false
    }
    let value: InferResponse<M>
    try {
      value = method.response.decode(message) as InferResponse<M>
    } catch (error) {
      this.#fault = asReplyError(error, this.#request.target, method)
      return false
    }
    this.#messages++
    this.#bytes += message.byteLength
    this.#inbox.put(value, message.byteLength)
    return true
  }

  async #accept(peer: Peer, { requestId }: Launch, end: CallEnd): Promise<{ readonly receipt?: Uint8Array } | TensorKitError> {
    const [sent, received] = [this.#sent, this.#received]
    if (requestId === undefined || sent === undefined || received === undefined) return {}
    const receipt = await checkReceipt(this.#services.options, this.#services.pool, {
      peer,
      path: this.#request.method.path,
      requestId,
      end,
      sent,
      received,
    })
    return TensorKitError.isInstance(receipt) ? receipt : { receipt }
  }
}
