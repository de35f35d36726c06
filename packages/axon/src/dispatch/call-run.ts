import type { Clock, Logger, Method, MetricLabels, Metrics } from '@tensorkit/core'
import type { Admission, Admitted } from '../admission/admission.js'
import type { CallQueue } from '../admission/call-queue.js'
import type { CallContext } from '../call-context.js'
import type { AnyHandler } from '../handlers.js'
import type { AxonLimits } from '../limits.js'
import { type Refusal, refusals } from '../refusal.js'
import { statusCodes } from '../status-codes.js'
import type { CallTrailers, IncomingCall } from '../transport/incoming-call.js'
import { readOnlyMessage } from '../transport/read-only-message.js'
import { answerCall } from './answer-call.js'
import { type CallEnding, left } from './call-ending.js'
import type { CallReports } from './call-reports.js'
import type { CallWork } from './call-work.js'
import { HandlerContext } from './handler-context.js'
import { askedReceipt, type ReceiptLog, type ReceiptOptions } from './receipt-log.js'
import { RequestStream, requestOf } from './request-stream.js'
import { streamRefusals } from './stream-refusals.js'

/** What all calls of an axon share. */
export interface CallRunShared {
  readonly admission: Admission
  readonly queue: CallQueue
  readonly limits: AxonLimits
  readonly receipts: ReceiptOptions
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly reports: CallReports
  /** A call is over and done with. */
  readonly onDone: () => void
}

/** A method, and who answers it. */
export interface ServedMethod {
  readonly method: Method
  readonly handler: AnyHandler
  readonly timeLabels: MetricLabels
  readonly okLabels: MetricLabels
}

/**
 * One call on its way through admission, its turn, its messages and its handler. It never throws.
 *
 * An object with a step for each wait, not an async function: a call that has to wait for nothing but its message makes no promise.
 */
export class CallRun implements CallWork {
  readonly #call: IncomingCall
  readonly #served: ServedMethod
  readonly #shared: CallRunShared
  readonly #startedMs: number
  #admitted: Admitted | undefined
  #context: CallContext | undefined
  #hasTurn = false
  #isDone = false
  receipt: ReceiptLog | undefined
  isRefused = false

  constructor(call: IncomingCall, served: ServedMethod, shared: CallRunShared) {
    this.#call = call
    this.#served = served
    this.#shared = shared
    this.#startedMs = shared.clock.monotonicMs()
  }

  get method(): Method {
    return this.#served.method
  }

  get handler(): AnyHandler {
    return this.#served.handler
  }

  // Both are there before anyone asks: see #onTurn.
  get admitted(): Admitted {
    return this.#admitted as Admitted
  }

  get context(): CallContext {
    return this.#context as CallContext
  }

  get limits(): AxonLimits {
    return this.#shared.limits
  }

  get reporter(): CallReports {
    return this.#shared.reports
  }

  /** Begins. */
  start(): void {
    try {
      const decided = this.#shared.admission.admit(this.#call)
      if (decided instanceof Promise) this.#await(decided, (outcome) => this.#onDecided(outcome))
      else this.#onDecided(decided)
    } catch (error) {
      this.#fail(error)
    }
  }

  #onDecided(outcome: Admitted | Refusal): void {
    const { admission, queue } = this.#shared
    if ('status' in outcome) {
      this.#refuse(outcome)
      return
    }
    this.#admitted = outcome
    const receipt = askedReceipt(this.#call)
    if (receipt === 'malformed') {
      this.#refuse(refusalOf(this.method, outcome) ?? streamRefusals.receiptMalformed)
      return
    }
    this.receipt = receipt
    const refusal = refusalOf(this.method, outcome)
    if (refusal !== undefined) this.#refuse(refusal)
    else if (queue.tryEnter()) this.#onTurn()
    else {
      const priority = admission.priorityOf({ caller: outcome.caller, path: this.#call.path })
      this.#await(queue.enter({ call: this.#call, priority }), (lack) => {
        if (lack === undefined) this.#onTurn()
        else this.#refuse(lack)
      })
    }
  }

  #onTurn(): void {
    this.#hasTurn = true
    const call = this.#call
    if (call.isOver) {
      this.#end(left)
      return
    }
    this.#context = new HandlerContext(call, { caller: this.admitted.caller, log: this.#shared.logger })
    const { kind } = this.method
    if (kind === 'clientStreaming' || kind === 'bidi') this.#answer(new RequestStream(call, this))
    else if (call.readOnly !== undefined) call.readOnly((body) => this.#onRequest(body))
    else this.#await(readOnlyMessage(call), (body) => this.#onRequest(body))
  }

  #onRequest(body: Uint8Array | Refusal | undefined): void {
    try {
      const { method, receipt } = this
      const read = requestOf(body, { method, receipt, bodySha256: this.admitted.bodySha256 })
      if ('kind' in read) this.#end(read)
      else this.#answer(read.request)
    } catch (error) {
      this.#fail(error)
    }
  }

  #answer(input: unknown): void {
    const ending = answerCall(this.#call, this, input)
    if (ending instanceof Promise) this.#await(ending, (later) => this.#end(later))
    else this.#end(ending)
  }

  #end(ending: CallEnding): void {
    if (this.isRefused) {
      this.#leave()
      return
    }
    const isHandlers = ending.kind === 'ok' || (ending.kind === 'refused' && ending.isByHandler)
    if (this.receipt === undefined || !isHandlers || this.#call.isOver) this.#conclude(ending)
    else this.#await(this.#receiptOf(this.receipt, ending), (trailers) => this.#conclude(ending, trailers))
  }

  #conclude(ending: CallEnding, trailers?: CallTrailers): void {
    const { okLabels } = this.#served
    this.#shared.reports.end(this.#call, ending, { caller: this.admitted.caller, okLabels, trailers })
    this.#leave()
  }

  #refuse(refusal: Refusal): void {
    this.#shared.reports.refuse(this.#call, refusal, { caller: this.#admitted?.caller })
    this.#leave()
  }

  /** Gives back what the call held: its turn, its place among its hotkey's calls. */
  #leave(): void {
    if (this.#isDone) return
    this.#isDone = true
    const { admission, clock, metrics, onDone, queue } = this.#shared
    if (this.#hasTurn) {
      queue.leave()
      metrics.observe('tensorkit_axon_call_seconds', (clock.monotonicMs() - this.#startedMs) / 1000, this.#served.timeLabels)
    }
    if (this.#admitted !== undefined) leaveWhenSent(this.#call, admission, this.#admitted)
    onDone()
  }

  /** The receipt, unless the call ends before it is signed. A signer that fails costs the receipt, not the call. */
  async #receiptOf(receipt: ReceiptLog, ending: CallEnding): Promise<CallTrailers | undefined> {
    const { receipts, clock, reports } = this.#shared
    const call = this.#call
    const status = ending.kind === 'refused' ? statusCodes[ending.refusal.status] : 0
    const over = new Promise<undefined>((resolve) => call.onOver(() => resolve(undefined)))
    try {
      const { hotkey } = this.admitted.caller
      return await Promise.race([receipt.trailers(call, { ...receipts, caller: hotkey, status, unixNs: clock.nowNs() }), over])
    } catch (error) {
      reports.unsigned(call, error)
      return undefined
    }
  }

  #await<T>(promise: Promise<T>, next: (value: T) => void): void {
    promise.then(next).catch((error: unknown) => this.#fail(error))
  }

  #fail(error: unknown): void {
    this.#shared.reports.failed(this.#call, error)
    this.#leave()
  }
}

/** What is wrong with an admitted call before its messages are looked at. */
function refusalOf({ kind }: Method, { profile }: Admitted): Refusal | undefined {
  // The messages of a client's stream would be signed by nobody.
  return profile === 'btauth' && kind !== 'unary' && kind !== 'serverStreaming' ? refusals.sessionRequired : undefined
}

/** A reply that its caller does not take keeps its place among the hotkey's calls: that bounds the memory which they hold. */
function leaveWhenSent(call: IncomingCall, admission: Admission, admitted: Admitted): void {
  if (call.isUnsent === true && call.onSent !== undefined) call.onSent(() => admission.leave(admitted))
  else admission.leave(admitted)
}
