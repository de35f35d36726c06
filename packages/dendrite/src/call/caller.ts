import { type InferResponse, type Method, TensorKitError, toTensorKitError } from '@tensorkit/core'
import { createMessageDigest, type SignaturePool } from '@tensorkit/core/crypto'
import { failureError } from '../failure-error.js'
import { ByteBudget, type Reservation } from '../fan-out/byte-budget.js'
import { Gate } from '../fan-out/gate.js'
import type { Peer } from '../peers/peer.js'
import type { PeerBook } from '../peers/peer-book.js'
import type { PreparedRequest } from '../prepared-request.js'
import { checkReceipt } from '../receipts/check-receipt.js'
import { PrefixDigest } from '../receipts/prefix-digest.js'
import type { GoodReply, Reply } from '../reply.js'
import type { ResolvedCall, ResolvedOptions } from '../resolve-options.js'
import type { AdviseStale } from '../session/open-session.js'
import type { Target } from '../target.js'
import type { CallEnd } from '../transport/client-transport.js'
import { callUnary } from './call-unary.js'
import type { CancelScope } from './cancel-scope.js'
import type { Launch, Launcher } from './launcher.js'
import { Marks } from './marks.js'
import { RetryPolicy } from './retry-policy.js'

/** Calls that wait for a place, at most. */
const maxWaiting = 16_384

/** One call to make. */
export interface CallRequest<M extends Method> extends ResolvedCall {
  readonly target: Target
  readonly method: M
  readonly prepare: (target: Target) => PreparedRequest
  readonly cancel: CancelScope | undefined
  /** When it was asked for, by the monotonic clock. */
  readonly askedMs: number
}

/** A reply, and what it holds of the byte budget until the user has it. */
export interface LandedReply<Value> {
  readonly reply: Reply<Value>
  release(): void
}

/** A place among the calls in flight, with room for a reply. */
export interface Place {
  readonly reservation: Reservation
  leave(): void
}

/** What a {@link Caller} is made of. */
export interface CallerParts {
  readonly options: ResolvedOptions
  readonly book: PeerBook
  readonly launcher: Launcher
  readonly pool: SignaturePool
  readonly adviseStale: AdviseStale
}

const nothing = () => {}

/** Makes single calls: place, way, credentials, wire, decoding, receipt. */
export class Caller {
  readonly #options: ResolvedOptions
  readonly #book: PeerBook
  readonly #launcher: Launcher
  readonly #gate: Gate
  readonly #budget: ByteBudget

  readonly #adviseStale: AdviseStale
  readonly #pool: SignaturePool

  constructor({ options, book, launcher, pool, adviseStale }: CallerParts) {
    this.#options = options
    this.#book = book
    this.#launcher = launcher
    this.#pool = pool
    this.#adviseStale = adviseStale
    this.#gate = new Gate({ places: options.maxConcurrentCalls, maxWaiting, what: 'calls in flight' })
    this.#budget = new ByteBudget(options.maxReplyBytesInFlight)
  }

  /** Makes one call. Never rejects. */
  async call<M extends Method>(request: CallRequest<M>): Promise<LandedReply<InferResponse<M>>> {
    const { target, method, askedMs } = request
    const { clock, metrics } = this.#options
    const marks = new Marks(clock, askedMs)
    let place: Place | undefined
    let outcome: GoodOutcome<InferResponse<M>> | TensorKitError
    let uid = target.uid
    try {
      request.cancel?.throwIfCancelled()
      const peer = this.#book.find(target)
      if (TensorKitError.isInstance(peer)) outcome = peer
      else {
        uid ??= peer.uid
        const prepared = request.prepare(target)
        const entered = this.enter(peer, request)
        place = entered instanceof Promise ? await entered : entered
        outcome = await this.#exchange(peer, request, { prepared, marks, reservation: place.reservation })
      }
    } catch (error) {
      outcome = asReplyError(error, target, method)
    }
    place?.leave()
    // A hotkey that is none was refused before anything was done with it.
    const hotkey = target.hotkey as GoodReply<unknown>['hotkey']
    const timings = marks.take()
    if (TensorKitError.isInstance(outcome)) {
      place?.reservation.release()
      metrics.count('tensorkit_dendrite_calls_total', { path: method.path, code: outcome.code })
      return { reply: { ok: false, hotkey, uid, error: outcome, timings }, release: nothing }
    }
    metrics.count('tensorkit_dendrite_calls_total', { path: method.path, code: 'ok' })
    metrics.observe('tensorkit_dendrite_call_seconds', timings.callMs / 1000, { path: method.path })
    const { value, receipt } = outcome
    const held = place
    return {
      reply: { ok: true, hotkey, uid, value, timings, ...(receipt && { receipt }) },
      release: () => held?.reservation.release(),
    }
  }

  /** Takes a place among the calls in flight: of the peer, of all, of the bytes. @throws DENDRITE_EXHAUSTED, CORE_ABORTED. */
  enter(
    peer: Peer,
    wait: { readonly timeoutMs: number; readonly cancel: CancelScope | undefined; readonly maxReplyBytes: number },
  ): Place | Promise<Place> {
    const { maxReplyBytes, cancel } = wait
    cancel?.throwIfCancelled()
    if (peer.gate.tryEnter()) {
      if (this.#gate.tryEnter()) {
        const reservation = this.#budget.tryReserve(maxReplyBytes)
        if (reservation !== undefined) return this.#place(peer, reservation)
        this.#gate.leave()
      }
      peer.gate.leave()
    }
    return this.#enterLater(peer, wait)
  }

  async #enterLater(
    peer: Peer,
    wait: { readonly timeoutMs: number; readonly cancel: CancelScope | undefined; readonly maxReplyBytes: number },
  ): Promise<Place> {
    await peer.gate.enter(wait)
    try {
      await this.#gate.enter(wait)
      try {
        return this.#place(peer, await this.#budget.reserve(wait.maxReplyBytes, wait))
      } catch (error) {
        this.#gate.leave()
        throw error
      }
    } catch (error) {
      peer.gate.leave()
      throw error
    }
  }

  #place(peer: Peer, reservation: Reservation): Place {
    return {
      reservation,
      leave: () => {
        this.#gate.leave()
        peer.gate.leave()
      },
    }
  }

  /** Tries until there is an answer, no time, or nothing that may be tried again. */
  async #exchange<M extends Method>(
    peer: Peer,
    request: CallRequest<M>,
    work: { readonly prepared: PreparedRequest; readonly marks: Marks; readonly reservation: Reservation },
  ): Promise<GoodOutcome<InferResponse<M>> | TensorKitError> {
    const { clock } = this.#options
    const { method, cancel, timeoutMs, maxReplyBytes, maxAttempts } = request
    const { prepared, marks, reservation } = work
    const { body, bodySha256 } = prepared
    if (body.byteLength > this.#options.maxMessageBytes) return requestTooLarge(peer, method, body.byteLength)
    const untilMs = marks.start() + timeoutMs
    const retry = new RetryPolicy(maxAttempts)
    for (let leftMs = timeoutMs; ; leftMs = untilMs - clock.monotonicMs()) {
      if (cancel?.error !== undefined) return cancel.error
      if (leftMs <= 0) return timedOut(peer, method)
      const launching = this.#launcher.launch({
        peer,
        method,
        bodySha256: peer.profile === 'btauth' ? bodySha256() : undefined,
        leftMs,
        cancel,
      })
      const launch = launching instanceof Promise ? await launching : launching
      if (TensorKitError.isInstance(launch)) return launch
      marks.ready()
      const { link, headers, connectionId } = launch
      const { end, message } = await callUnary({
        channel: link.channel,
        path: method.path,
        headers,
        body,
        timeoutMs: Math.max(1, untilMs - clock.monotonicMs()),
        maxReplyBytes,
        connectionId,
        cancel,
      })
      this.#launcher.settle(peer, launch, end)
      marks.ended(end)
      if (message !== undefined) {
        // Other bytes may have arrived in the same buffer; the message's own length is what a reply is counted by.
        reservation.shrinkTo(message.byteLength)
        return this.#accept(peer, method, { launch, end, body, message })
      }
      const delayMs = retry.delayAfter(end, this.#launcher.hasExpired(peer, launch, end))
      if (delayMs === undefined || delayMs >= untilMs - clock.monotonicMs()) {
        return cancel?.error ?? this.#failure(peer, method, end)
      }
      if (delayMs > 0) await pause(delayMs, cancel)
    }
  }

  /** Decodes a reply and checks its receipt, if one was asked for. */
  #accept<M extends Method>(
    peer: Peer,
    method: M,
    {
      launch,
      end,
      body,
      message,
    }: { readonly launch: Launch; readonly end: CallEnd; readonly body: Uint8Array; readonly message: Uint8Array },
  ): GoodOutcome<InferResponse<M>> | Promise<GoodOutcome<InferResponse<M>> | TensorKitError> {
    const value = method.response.decode(message) as InferResponse<M>
    const { requestId } = launch
    if (requestId === undefined) return { value }
    const sent = new PrefixDigest()
    sent.add(body)
    const received = createMessageDigest()
    received.add(message)
    return checkReceipt(this.#options, this.#pool, { peer, path: method.path, requestId, end, sent, received }).then((receipt) =>
      TensorKitError.isInstance(receipt) ? receipt : { value, receipt },
    )
  }

  #failure(peer: Peer, method: Method, end: CallEnd): TensorKitError | Promise<TensorKitError> {
    const error = failureError(end, peer, method.path)
    return error.code === 'AUTH_STALE' ? this.#adviseStale(error, peer) : error
  }
}

interface GoodOutcome<Value> {
  readonly value: Value
  readonly receipt?: Uint8Array
}

/** What was caught, as the error of a reply. */
export function asReplyError(error: unknown, target: Pick<Target, 'hotkey'>, method: Method): TensorKitError {
  if (TensorKitError.isInstance(error) && error.code === 'PROTOCOL_DECODE_FAILED') {
    return new TensorKitError('DENDRITE_BAD_REPLY', 'The reply does not fit the protocol', {
      cause: error,
      facts: { hotkey: target.hotkey, method: method.path },
    })
  }
  return toTensorKitError(error)
}

/** A request over the limit of one message. */
export const requestTooLarge = (peer: Pick<Peer, 'hotkey'>, method: Method, bytes: number) =>
  new TensorKitError('DENDRITE_EXHAUSTED', 'The request is larger than maxMessageBytes', {
    facts: { hotkey: peer.hotkey, method: method.path, bytes },
    remedy: 'Send less, stream it, or allow more on both sides.',
    retryable: false,
  })

/** The call's own time is over. */
export const timedOut = (peer: Peer, method: Method) =>
  new TensorKitError('DENDRITE_TIMEOUT', 'The axon did not answer in time', {
    facts: { hotkey: peer.hotkey, address: peer.address, method: method.path },
  })

/** Waits; a cancelled wait ends at once, and the loop around it sees why. */
export function pause(ms: number, cancel: CancelScope | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      uncancel?.()
      resolve()
    }, ms)
    const uncancel = cancel?.onCancel(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
