import type { Clock, Logger, Method, Metrics } from '@tensorkit/core'
import type { Admission } from '../admission/admission.js'
import { CallQueue } from '../admission/call-queue.js'
import type { AnyHandler } from '../handlers.js'
import type { AxonLimits } from '../limits.js'
import { refusals } from '../refusal.js'
import type { RefusalLog } from '../refusal-log.js'
import type { CallHandler } from '../transport/incoming-call.js'
import { CallReports } from './call-reports.js'
import { CallRun, type CallRunShared } from './call-run.js'
import type { ReceiptOptions } from './receipt-log.js'

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

/** Takes each call through admission, its turn, its messages and its handler, and sees to it that none of them breaks the axon. */
export class Dispatcher {
  readonly #shared: CallRunShared
  #inFlight = 0
  #isDraining = false
  #onIdle: (() => void)[] = []

  constructor(options: DispatcherOptions) {
    const { clock, limits } = options
    this.#shared = {
      ...options,
      queue: new CallQueue({ maxConcurrent: limits.maxConcurrentCalls, maxQueued: limits.maxQueuedCalls, clock }),
      reports: new CallReports(options),
      onDone: () => this.#onDone(),
    }
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
        this.#shared.reports.refuse(call, refusals.draining)
        return
      }
      this.#inFlight++
      new CallRun(call, served, this.#shared).start()
    }
  }

  #onDone(): void {
    if (--this.#inFlight === 0) for (const tell of this.#onIdle.splice(0)) tell()
  }
}
