import { type Clock, type Logger, type Method, type Metrics, type NeuronEntry, toTensorKitError } from '@tensorkit/core'
import type { Admission, Admitted } from '../admission/admission.js'
import { CallQueue } from '../admission/call-queue.js'
import type { CallContext } from '../call-context.js'
import type { AnyHandler } from '../handlers.js'
import type { AxonLimits } from '../limits.js'
import { type Refusal, refusals } from '../refusal.js'
import type { RefusalLog } from '../refusal-log.js'
import { statusCodes } from '../status-codes.js'
import type { CallHandler, CallTrailers, IncomingCall } from '../transport/incoming-call.js'
import { answerCall } from './answer-call.js'
import { type CallEnding, left } from './call-ending.js'
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
    const served = { method, handler }
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
    const startedMs = this.#options.clock.monotonicMs()
    try {
      const { admission } = this.#options
      const decided = admission.admit(call)
      const outcome = decided instanceof Promise ? await decided : decided
      if ('status' in outcome) {
        this.#refuse(call, outcome)
        return
      }
      try {
        await this.#takeTurn(call, { served, admitted: outcome, startedMs })
      } finally {
        admission.leave(outcome)
      }
    } catch (error) {
      this.#options.logger.error({ path: call.path, error: toTensorKitError(error) }, 'a call failed inside the axon')
      this.#refuse(call, refusals.internal)
    } finally {
      if (--this.#inFlight === 0) for (const tell of this.#onIdle.splice(0)) tell()
    }
  }

  async #takeTurn(
    call: IncomingCall,
    { served, admitted, startedMs }: { readonly served: Served; readonly admitted: Admitted; readonly startedMs: number },
  ): Promise<void> {
    const { admission, clock, metrics } = this.#options
    const { caller, profile } = admitted
    // The messages of a client's stream would be signed by nobody.
    const { kind } = served.method
    if (profile === 'btauth' && kind !== 'unary' && kind !== 'serverStreaming') {
      this.#refuse(call, refusals.sessionRequired, caller)
      return
    }
    const receipt = askedReceipt(call)
    if (receipt === 'malformed') {
      this.#refuse(call, streamRefusals.receiptMalformed, caller)
      return
    }
    if (!this.#queue.tryEnter()) {
      const late = await this.#queue.enter({ call, priority: admission.priorityOf({ caller, path: call.path }) })
      if (late !== undefined) {
        this.#refuse(call, late, caller)
        return
      }
    }
    try {
      await this.#answer(call, { served, admitted, receipt })
    } finally {
      this.#queue.leave()
      metrics.observe('tensorkit_axon_call_seconds', (clock.monotonicMs() - startedMs) / 1000, { path: call.path })
    }
  }

  async #answer(
    call: IncomingCall,
    { served, admitted, receipt }: { readonly served: Served; readonly admitted: Admitted; readonly receipt: ReceiptLog | undefined },
  ): Promise<void> {
    const { limits, logger } = this.#options
    const { caller } = admitted
    let refusedEarly: CallEnding | undefined
    const ending = call.isOver
      ? left
      : await answerCall(call, {
          ...served,
          admitted,
          receipt,
          limits,
          context: contextOf(call, { caller, log: logger }),
          onRefused: (early) => {
            refusedEarly = early
            this.#end(call, early, caller)
          },
          onLateError: (error) => this.#logLate(call, caller, error),
        })
    if (refusedEarly !== undefined) return
    const isHandlers = ending.kind === 'ok' || (ending.kind === 'refused' && ending.isByHandler)
    const trailers =
      receipt !== undefined && isHandlers && !call.isOver ? await this.#receiptOf(call, { receipt, ending, caller }) : undefined
    this.#end(call, ending, caller, trailers)
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

  #end(call: IncomingCall, ending: CallEnding, caller: NeuronEntry, trailers?: CallTrailers): void {
    if (ending.kind === 'refused') {
      this.#refuse(call, ending.refusal, caller, ending.error, trailers)
      return
    }
    const status = ending.kind === 'left' || call.isOver ? 'ended_early' : 'ok'
    this.#options.metrics.count('tensorkit_axon_calls_total', { path: call.path, status })
    if (status === 'ok') call.finish(trailers)
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

function contextOf(call: IncomingCall, { caller, log }: { readonly caller: NeuronEntry; readonly log: Logger }): CallContext {
  return {
    caller,
    hotkey: caller.hotkey,
    path: call.path,
    deadline: call.deadlineMs,
    log,
    get signal() {
      return call.signal
    },
  }
}
