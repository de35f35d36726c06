import { createHash } from 'node:crypto'
import { type Clock, type Logger, type Method, type Metrics, type NeuronEntry, toTensorKitError } from '@tensorkit/core'
import type { Admission, Admitted } from '../admission/admission.js'
import { CallQueue } from '../admission/call-queue.js'
import type { CallContext } from '../call-context.js'
import type { AnyHandler } from '../handlers.js'
import type { AxonLimits } from '../limits.js'
import { type Refusal, refusals } from '../refusal.js'
import type { RefusalLog } from '../refusal-log.js'
import type { CallHandler, IncomingCall } from '../transport/incoming-call.js'
import { readOnlyMessage } from '../transport/read-only-message.js'

/** What a {@link Dispatcher} is made of. */
export interface DispatcherOptions {
  readonly admission: Admission
  readonly refusalLog: RefusalLog
  readonly limits: AxonLimits
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Takes each call through admission, its turn, its body and its handler, and sees to it that none of them breaks the axon. */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #queue: CallQueue
  #inFlight = 0
  #isDraining = false
  #onIdle: (() => void) | undefined

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#queue = new CallQueue({
      maxConcurrent: options.limits.maxConcurrentCalls,
      maxQueued: options.limits.maxQueuedCalls,
      clock: options.clock,
    })
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
    return new Promise((resolve) => {
      this.#onIdle = resolve
    })
  }

  /** The transport's handler of one method. */
  serve(method: Method<'unary'>, handler: AnyHandler): CallHandler {
    return (call) => {
      if (this.#isDraining) {
        this.#refuse(call, refusals.draining)
        return
      }
      this.#inFlight++
      void this.#run(call, method, handler)
        .catch((error: unknown) => {
          this.#options.logger.error({ path: call.path, error: toTensorKitError(error) }, 'a call failed inside the axon')
          this.#refuse(call, refusals.internal)
        })
        .finally(() => {
          if (--this.#inFlight === 0) this.#onIdle?.()
        })
    }
  }

  async #run(call: IncomingCall, method: Method<'unary'>, handler: AnyHandler): Promise<void> {
    const { admission, clock, metrics } = this.#options
    const startedMs = clock.monotonicMs()
    const outcome = await admission.admit(call)
    if ('status' in outcome) {
      this.#refuse(call, outcome)
      return
    }
    try {
      if (call.isOver) return
      const late = this.#queue.tryEnter()
        ? undefined
        : await this.#queue.enter({ call, priority: admission.priorityOf({ caller: outcome.caller, path: call.path }) })
      if (late !== undefined) {
        this.#refuse(call, late, outcome.caller)
        return
      }
      try {
        await this.#answer(call, { method, handler, admitted: outcome })
      } finally {
        this.#queue.leave()
        metrics.observe('tensorkit_axon_call_seconds', (clock.monotonicMs() - startedMs) / 1000, { path: call.path })
      }
    } finally {
      admission.leave(outcome)
    }
  }

  /** Body, hash, decode, handler, encode. */
  async #answer(
    call: IncomingCall,
    work: { readonly method: Method<'unary'>; readonly handler: AnyHandler; readonly admitted: Admitted },
  ): Promise<void> {
    const { logger, metrics } = this.#options
    const { method, handler, admitted } = work
    const { caller } = admitted
    const body = await readOnlyMessage(call)
    if (body === undefined) {
      metrics.count('tensorkit_axon_calls_total', { path: call.path, status: 'ended_early' })
      return
    }
    if (!(body instanceof Uint8Array)) return this.#refuse(call, body, caller)
    if (admitted.bodySha256 !== undefined && createHash('sha256').update(body).digest('hex') !== admitted.bodySha256)
      return this.#refuse(call, refusals.bodyMismatch, caller)
    let request: unknown
    try {
      request = method.request.decode(body)
    } catch (error) {
      return this.#refuse(call, refusals.undecodable, caller, error)
    }
    let response: unknown
    try {
      response = await handler(request, contextOf(call, { caller, log: logger }))
    } catch (error) {
      // A handler that gave up because its caller did is no failure of its own.
      if (call.isOver)
        logger.debug({ path: call.path, hotkey: caller.hotkey, error: toTensorKitError(error) }, 'handler stopped after its call was over')
      return this.#refuse(call, refusals.handlerFailed, caller, error)
    }
    let bytes: Uint8Array
    try {
      bytes = method.response.encode(response)
    } catch (error) {
      return this.#refuse(call, refusals.unencodable, caller, error)
    }
    if (bytes.byteLength > this.#options.limits.maxMessageBytes) return this.#refuse(call, refusals.responseTooLarge, caller)
    metrics.count('tensorkit_axon_calls_total', { path: call.path, status: call.isOver ? 'ended_early' : 'ok' })
    void call.sendMessage(bytes)
    call.finish()
  }

  #refuse(call: IncomingCall, refusal: Refusal, caller?: NeuronEntry, error?: unknown): void {
    const { metrics, refusalLog } = this.#options
    metrics.count('tensorkit_axon_calls_total', { path: call.path, status: refusal.reason })
    if (call.isOver) return
    const fields = {
      path: call.path,
      source: call.connection?.source,
      ...(caller !== undefined && { hotkey: caller.hotkey }),
      ...(error !== undefined && { error: toTensorKitError(error, { code: 'AXON_HANDLER_FAILED', shortMessage: 'A handler failed' }) }),
    }
    refusalLog.refused(refusal, fields)
    call.refuse(refusal)
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
