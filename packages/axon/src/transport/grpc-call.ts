import { type Metadata, type ServerInterceptingCallInterface, status } from '@grpc/grpc-js'
import { type Clock, TensorKitError } from '@tensorkit/core'
import { type Refusal, refusals } from '../refusal.js'
import type { Connection } from './connections.js'
import type { CallHeaders, IncomingCall } from './incoming-call.js'
import { refusalStatus } from './refusal-status.js'

// Node's timers may fire a little before the wall clock gets there.
const timerSlackMs = 5

/** What a call needs to know of its server. */
export interface GrpcCallOptions {
  readonly path: string
  readonly connection: Connection | undefined
  readonly clock: Clock
  /** Deadline of a call that has none, and the most that any call may take: in ms. */
  readonly defaultDeadlineMs: number
  readonly maxDeadlineMs: number
}

/** One unary call over grpc-js, driven from the metadata on: the body is not asked for until {@link readBody}. */
export class GrpcCall implements IncomingCall {
  readonly path: string
  readonly connection: Connection | undefined
  readonly deadlineMs: number
  headers: CallHeaders = {}
  readonly #call: ServerInterceptingCallInterface
  // By the machine's clock, as grpc-js has it; deadlineMs is by the axon's own.
  readonly #endsAtMs: number
  readonly #timer: NodeJS.Timeout | undefined
  #isOver = false
  #abort: AbortController | undefined
  #abortReason: TensorKitError | undefined
  #overListeners: (() => void)[] = []
  #message: Uint8Array | undefined
  #settleBody: ((body: Uint8Array | Refusal | undefined) => void) | undefined

  constructor(call: ServerInterceptingCallInterface, options: GrpcCallOptions) {
    this.#call = call
    this.path = options.path
    this.connection = options.connection
    // grpc-js ends a call at the deadline that its caller gave; only without one, or with a very late one, is a timer needed.
    const nowMs = Date.now()
    const callersMs = Number(call.getDeadline()) - nowMs
    const mostMs = callersMs === Number.POSITIVE_INFINITY ? options.defaultDeadlineMs : options.maxDeadlineMs
    const leftMs = Math.min(callersMs, mostMs)
    this.#endsAtMs = nowMs + leftMs
    this.deadlineMs = options.clock.nowMs() + leftMs
    if (callersMs > mostMs) this.#timer = setTimeout(() => this.#end('timeout'), mostMs)
  }

  /** Takes the call over from grpc-js. */
  start(onHeaders: (call: GrpcCall) => void): void {
    this.#call.start({
      onReceiveMetadata: (metadata: Metadata) => {
        this.headers = metadata.toJSON()
        onHeaders(this)
      },
      onReceiveMessage: (message: Buffer) => {
        if (this.#message !== undefined) {
          this.#settle(refusals.noMessage)
          return
        }
        this.#message = message
        this.#call.startRead()
      },
      onReceiveHalfClose: () => this.#settle(this.#message ?? refusals.noMessage),
      onCancel: () => this.#end(Date.now() + timerSlackMs >= this.#endsAtMs ? 'timeout' : 'cancel'),
    })
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get signal(): AbortSignal {
    // Made on demand: most handlers never ask, and a controller costs more than the rest of this class.
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#abortReason !== undefined) this.#abort.abort(this.#abortReason)
    }
    return this.#abort.signal
  }

  onOver(listener: () => void): void {
    if (this.#isOver) listener()
    else this.#overListeners.push(listener)
  }

  readBody(): Promise<Uint8Array | Refusal | undefined> {
    if (this.#isOver) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#settleBody = resolve
      this.#call.startRead()
    })
  }

  respond(body: Uint8Array): void {
    if (this.#isOver) return
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    this.#call.sendMessage(bytes, () => {})
    // Not waiting for the write: the status goes out behind the message in any case, in the same flush.
    this.#call.sendStatus({ code: status.OK, details: 'OK' })
    this.#over()
  }

  refuse(refusal: Refusal): void {
    if (this.#isOver) return
    this.#call.sendStatus(refusalStatus(refusal))
    this.#over()
  }

  #settle(body: Uint8Array | Refusal | undefined): void {
    const settle = this.#settleBody
    this.#settleBody = undefined
    settle?.(body)
  }

  #end(why: 'timeout' | 'cancel'): void {
    if (this.#isOver) return
    if (why === 'timeout') this.#call.sendStatus(refusalStatus(refusals.deadline))
    this.#abortReason =
      why === 'timeout'
        ? new TensorKitError('CORE_TIMEOUT', 'The deadline of the call passed')
        : new TensorKitError('CORE_ABORTED', 'The caller cancelled the call or went away')
    this.#over()
    this.#abort?.abort(this.#abortReason)
    this.#settle(undefined)
  }

  #over(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    const listeners = this.#overListeners
    this.#overListeners = []
    for (const listener of listeners) listener()
  }
}
