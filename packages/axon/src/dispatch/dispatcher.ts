import { type Clock, type Logger, type Method, type MetricLabels, type Metrics, type NeuronEntry, toTensorKitError } from '@tensorkit/core'
import type { Admission, Admitted } from '../admission/admission.js'
import { CallQueue } from '../admission/call-queue.js'
import type { AnyHandler } from '../handlers.js'
import type { AxonLimits } from '../limits.js'
import { type Refusal, refusals } from '../refusal.js'
import type { RefusalLog } from '../refusal-log.js'
import { statusCodes } from '../status-codes.js'
import type { CallHandler, CallTrailers, IncomingCall } from '../transport/incoming-call.js'
import { answerCall } from './answer-call.js'
import { type CallEnding, left } from './call-ending.js'
import type { CallReporter, CallWork } from './call-work.js'
import { HandlerContext } from './handler-context.js'
import { askedReceipt, type ReceiptLog, type ReceiptOptions } from './receipt-log.js'
import { streamRefusals } from './stream-refusals.js'

/** What a {@link Dispatcher} is made of. */
export interface DispatcherOptions {
  readonly admission: Admission
  readonly limits: AxonLimits
  readonly receipts: ReceiptOptions
  readonly clock: Clock
  readonly logger: Logger
  readonly refusalLog: RefusalLog
  readonly metrics: Metrics
}

interface Served {
  readonly method: Method
  readonly handler: AnyHandler
  readonly timeLabels: MetricLabels
  readonly okLabels: MetricLabels
}

/** Takes each call through admission, its turn, its messages and its handler, and sees to it that none of them breaks the axon. */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #queue: CallQueue
  #inFlight = 0
  #isDraining = false
  #onIdle: (() => void)[] = []

  constructor(options: DispatcherOptions) {
    const { clock, limits } = options
    this.#options = options
    this.#queue = new CallQueue({ maxConcurrent: limits.maxConcurrentCalls, maxQueued: limits.maxQueuedCalls, clock })
  }

  get isDraining(): boolean {
    return this.#isDraining
  }

  /** Calls between their admission and their end. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Takes no new calls from now on. @returns When those in flight have ended. */
  drain(): Promise<void> {
    this.#isDraining = true
    if (this.#inFlight === 0) return Promise.resolve()
    return new Promise((resolve) => this.#onIdle.push(resolve))
  }

  /** The transport's handler of one method. */
  serve(method: Method, handler: AnyHandler): CallHandler {
    const { path } = method
    const served = { method, handler, timeLabels: { path }, okLabels: { path, status: 'ok' } }
    return (call) => {
      if (this.#isDraining) {
        this.#refuse(call, refusals.draining)
        return
      }
      this.#inFlight++
      void this.#run(call, served)
    }
  }

  async #run(call: IncomingCall, served: Served): Promise<void> {
    const { admission, clock, logger, metrics } = this.#options
    const startedMs = clock.monotonicMs()
    let admitted: Admitted | undefined
    let hasTurn = false
    try {
      const decided = admission.admit(call)
      const outcome = decided instanceof Promise ? await decided : decided
      if ('status' in outcome) {
        this.#refuse(call, outcome)
        return
      }
      admitted = outcome
      const receipt = askedReceipt(call)
      const refusal = refusalOf(served, outcome, receipt) ?? (this.#queue.tryEnter() ? undefined : await this.#waitForTurn(call, outcome))
      if (refusal !== undefined) {
        this.#refuse(call, refusal, outcome.caller)
        return
      }
      hasTurn = true
      await this.#answer(call, { served, admitted, receipt: receipt as ReceiptLog | undefined })
    } catch (error) {
      logger.error({ path: call.path, error: toTensorKitError(error) }, 'a call failed inside the axon')
      this.#refuse(call, refusals.internal)
    } finally {
      if (hasTurn) {
        this.#queue.leave()
        metrics.observe('tensorkit_axon_call_seconds', (clock.monotonicMs() - startedMs) / 1000, served.timeLabels)
      }
      if (admitted !== undefined) leaveWhenSent(call, admission, admitted)
      if (--this.#inFlight === 0) for (const tell of this.#onIdle.splice(0)) tell()
    }
  }

  #waitForTurn(call: IncomingCall, { caller }: Admitted): Promise<Refusal | undefined> {
    return this.#queue.enter({ call, priority: this.#options.admission.priorityOf({ caller, path: call.path }) })
  }

  async #answer(
    call: IncomingCall,
    { served, admitted, receipt }: { readonly served: Served; readonly admitted: Admitted; readonly receipt: ReceiptLog | undefined },
  ): Promise<void> {
    if (call.isOver) return this.#end(call, left, admitted.caller, served)
    const { limits, logger: log } = this.#options
    const { method, handler } = served
    const { caller } = admitted
    const context = new HandlerContext(call, { caller, log })
    const work: CallWork = { method, handler, admitted, receipt, limits, context, reporter: this.#reporter, isRefused: false }
    const ending = await answerCall(call, work)
    if (work.isRefused) return
    const isHandlers = ending.kind === 'ok' || (ending.kind === 'refused' && ending.isByHandler)
    const trailers =
      receipt !== undefined && isHandlers && !call.isOver ? await this.#receiptOf(call, { receipt, ending, caller }) : undefined
    this.#end(call, ending, caller, served, trailers)
  }

  readonly #reporter: CallReporter = {
    refused: (call, work, ending) => {
      if (ending.kind !== 'refused') return
      work.isRefused = true
      this.#refuse(call, ending.refusal, work.admitted.caller, ending.error)
    },
    late: (call, work, error) => this.#logLate(call, work.admitted.caller, error),
  }

  /** The receipt, unless the call ends before it is signed. A signer that fails costs the receipt, not the call. */
  async #receiptOf(
    call: IncomingCall,
    { receipt, ending, caller }: { readonly receipt: ReceiptLog; readonly ending: CallEnding; readonly caller: NeuronEntry },
  ): Promise<CallTrailers | undefined> {
    const { receipts, clock, logger } = this.#options
    const status = ending.kind === 'refused' ? statusCodes[ending.refusal.status] : 0
    const over = new Promise<undefined>((resolve) => call.onOver(() => resolve(undefined)))
    try {
      const trailers = receipt.trailers(call, { ...receipts, caller: caller.hotkey, status, unixNs: clock.nowNs() })
      return await Promise.race([trailers, over])
    } catch (error) {
      logger.error({ path: call.path, error: toTensorKitError(error) }, 'a receipt could not be signed')
      return undefined
    }
  }

  #end(call: IncomingCall, ending: CallEnding, caller: NeuronEntry, served: Served, trailers?: CallTrailers): void {
    if (ending.kind === 'refused') {
      this.#refuse(call, ending.refusal, caller, ending.error, trailers)
      return
    }
    const isOk = ending.kind === 'ok' && !call.isOver
    this.#options.metrics.count('tensorkit_axon_calls_total', isOk ? served.okLabels : { path: call.path, status: 'ended_early' })
    if (isOk) call.finish(trailers)
  }

  #refuse(call: IncomingCall, refusal: Refusal, caller?: NeuronEntry, error?: unknown, trailers?: CallTrailers): void {
    const { refusalLog, metrics } = this.#options
    metrics.count('tensorkit_axon_calls_total', { path: call.path, status: refusal.reason })
    if (call.isOver) {
      // A handler that gave up because its caller did is no failure of its own; one that did not is.
      if (error !== undefined && caller !== undefined) this.#logLate(call, caller, error, refusal)
      return
    }
    refusalLog.refused(refusal, {
      path: call.path,
      source: call.connection?.source,
      ...(caller !== undefined && { hotkey: caller.hotkey }),
      ...(error !== undefined && { error: toTensorKitError(error, { code: 'AXON_HANDLER_FAILED', shortMessage: 'A handler failed' }) }),
    })
    call.refuse(refusal, trailers)
  }

  #logLate(call: IncomingCall, caller: NeuronEntry, error: unknown, refusal?: Refusal): void {
    const fields = { path: call.path, hotkey: caller.hotkey, error: toTensorKitError(error) }
    if (refusal === streamRefusals.handlerStuck) this.#options.logger.error(fields, 'handler went on after its call was over')
    else this.#options.logger.debug(fields, 'handler stopped after its call was over')
  }
}

/** What is wrong with an admitted call before its messages are looked at. */
function refusalOf({ method }: Served, { profile }: Admitted, receipt: ReceiptLog | 'malformed' | undefined): Refusal | undefined {
  // The messages of a client's stream would be signed by nobody.
  if (profile === 'btauth' && method.kind !== 'unary' && method.kind !== 'serverStreaming') return refusals.sessionRequired
  return receipt === 'malformed' ? streamRefusals.receiptMalformed : undefined
}

/** A reply that its caller does not take keeps its place among the hotkey's calls: that bounds the memory which they hold. */
function leaveWhenSent(call: IncomingCall, admission: Admission, admitted: Admitted): void {
  if (call.isUnsent === true && call.onSent !== undefined) call.onSent(() => admission.leave(admitted))
  else admission.leave(admitted)
}
