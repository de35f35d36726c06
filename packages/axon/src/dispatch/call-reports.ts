import { type Logger, type MetricLabels, type Metrics, type NeuronEntry, toTensorKitError } from '@tensorkit/core'
import { type Refusal, refusals } from '../refusal.js'
import type { RefusalLog } from '../refusal-log.js'
import type { CallTrailers, IncomingCall } from '../transport/incoming-call.js'
import type { CallEnding } from './call-ending.js'
import type { CallReporter, CallWork } from './call-work.js'
import { streamRefusals } from './stream-refusals.js'

/** What {@link CallReports} is made of. */
export interface CallReportsOptions {
  readonly logger: Logger
  readonly refusalLog: RefusalLog
  readonly metrics: Metrics
}

/** What is known of a call that is refused. */
export interface RefusalContext {
  readonly caller?: NeuronEntry | undefined
  /** What was thrown. */
  readonly error?: unknown
  readonly trailers?: CallTrailers | undefined
}

/** Ends calls, and tells log and metrics how they ended. */
export class CallReports implements CallReporter {
  readonly #options: CallReportsOptions

  constructor(options: CallReportsOptions) {
    this.#options = options
  }

  /** A call of a proved caller comes to its end. */
  end(call: IncomingCall, ending: CallEnding, more: RefusalContext & { readonly okLabels: MetricLabels }): void {
    if (ending.kind === 'refused') {
      this.refuse(call, ending.refusal, { ...more, error: ending.error })
      return
    }
    const isOk = ending.kind === 'ok' && !call.isOver
    this.#options.metrics.count('tensorkit_axon_calls_total', isOk ? more.okLabels : { path: call.path, status: 'ended_early' })
    if (isOk) call.finish(more.trailers)
  }

  /** A call is refused. */
  refuse(call: IncomingCall, refusal: Refusal, { caller, error, trailers }: RefusalContext = {}): void {
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

  refused(call: IncomingCall, work: CallWork, ending: CallEnding): void {
    if (ending.kind !== 'refused') return
    work.isRefused = true
    this.refuse(call, ending.refusal, { caller: work.admitted.caller, error: ending.error })
  }

  late(call: IncomingCall, work: CallWork, error: unknown): void {
    this.#logLate(call, work.admitted.caller, error)
  }

  /** The axon itself failed. */
  failed(call: IncomingCall, error: unknown): void {
    this.#options.logger.error({ path: call.path, error: toTensorKitError(error) }, 'a call failed inside the axon')
    this.refuse(call, refusals.internal)
  }

  /** A receipt could not be signed. */
  unsigned(call: IncomingCall, error: unknown): void {
    this.#options.logger.error({ path: call.path, error: toTensorKitError(error) }, 'a receipt could not be signed')
  }

  #logLate(call: IncomingCall, caller: NeuronEntry, error: unknown, refusal?: Refusal): void {
    const fields = { path: call.path, hotkey: caller.hotkey, error: toTensorKitError(error) }
    if (refusal === streamRefusals.handlerStuck) this.#options.logger.error(fields, 'handler went on after its call was over')
    else this.#options.logger.debug(fields, 'handler stopped after its call was over')
  }
}
