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
import { CallTime } from './call-time.js'
import { callUnary } from './call-unary.js'
import type { CancelScope } from './cancel-scope.js'
import type { TimeLeft } from './in-time.js'
import { lateError } from './late-error.js'
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
  /** Whether its time begins with its place, as in a round, and not with the asking. */
  readonly startsAtPlace: boolean
}

/** What a place is waited for with. */
export interface PlaceWait {
  readonly time: CallTime
  readonly cancel: CancelScope | undefined
  readonly maxReplyBytes: number
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
    const { target, method, askedMs, timeoutMs, startsAtPlace, cancel, maxReplyBytes } = request
    const { clock, metrics } = this.#options
    const marks = new Marks(clock, askedMs)
    const time = new CallTime({ clock, askedMs, timeoutMs, startsAtPlace })
    let place: Place | undefined
    let outcome: GoodOutcome<InferResponse<M>> | TensorKitError
    let uid = target.uid
    try {
      cancel?.throwIfCancelled()
      const peer = this.#book.find(target)
      if (TensorKitError.isInstance(peer)) outcome = peer
      else {
        uid ??= peer.uid
        const prepared = request.prepare(target)
        const entered = this.enter(peer, { time, cancel, maxReplyBytes })
        place = entered instanceof Promise ? await entered : entered
        outcome = await this.#exchange(peer, request, { prepared, marks, time, reservation: place.reservation })
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

  /** Takes a place among the calls in flight: of the peer, of all, of the bytes. @throws DENDRITE_TIMEOUT, DENDRITE_EXHAUSTED, CORE_ABORTED. */
  enter(peer: Peer, wait: PlaceWait): Place | Promise<Place> {
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

  async #enterLater(peer: Peer, { time, cancel, maxReplyBytes }: PlaceWait): Promise<Place> {
    // Three waits, and one time for all of them.
    const wait = () => ({ timeoutMs: Math.max(0, time.leftMs), cancel })
    await peer.gate.enter(wait())
    try {
      await this.#gate.enter(wait())
      try {
        return this.#place(peer, await this.#budget.reserve(maxReplyBytes, wait()))
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
    work: { readonly prepared: PreparedRequest; readonly marks: Marks; readonly time: CallTime; readonly reservation: Reservation },
  ): Promise<GoodOutcome<InferResponse<M>> | TensorKitError> {
    const { method, cancel, maxReplyBytes, maxAttempts } = request
    const { prepared, marks, time, reservation } = work
    time.start(marks.start())
    const { body, bodySha256 } = prepared
    if (body.byteLength > this.#options.maxMessageBytes) return requestTooLarge(peer, method, body.byteLength)
    const retry = new RetryPolicy(maxAttempts)
    for (let attempt = 1; ; attempt++) {
      if (cancel?.error !== undefined) return cancel.error
      if (time.leftMs <= 0) return lateError(peer, { waitedFor: attempt === 1 ? 'place' : 'retry', method: method.path })
      const launching = this.#launcher.launch({
        peer,
        method,
        bodySha256: peer.profile === 'btauth' ? bodySha256() : undefined,
        time,
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
        timeoutMs: Math.max(1, time.leftMs),
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
      if (delayMs === undefined || delayMs >= time.leftMs) {
        return cancel?.error ?? this.#failure(peer, method, { end, leftMs: time.leftMs, cancel })
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

  #failure(peer: Peer, method: Method, { end, ...left }: TimeLeft & { readonly end: CallEnd }): TensorKitError | Promise<TensorKitError> {
    const error = failureError(end, peer, method.path)
    return error.code === 'AUTH_STALE' ? this.#adviseStale(error, peer, left) : error
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
