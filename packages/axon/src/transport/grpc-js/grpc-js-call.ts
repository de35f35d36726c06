import { type Metadata, type ServerInterceptingCallInterface, status } from '@grpc/grpc-js'
import { type Clock, TensorKitError } from '@tensorkit/core'
import { type Refusal, refusals } from '../../refusal.js'
import type { Connection } from '../connection.js'
import type { CallHeaders, CallTrailers, IncomingCall } from '../incoming-call.js'
import { refusalStatus } from './refusal-status.js'
import { metadataOf } from './trailers.js'

// Node's timers may fire a little before the wall clock gets there.
const timerSlackMs = 5

// What may wait to be written before sendMessage() asks for patience: as much as node:http2 takes before it says so.
const sendBufferBytes = 64 * 1024

// How long after its deadline a reply may be neither taken nor reset: what a reset needs to get here.
const stalledReplyMs = 1_000

const okStatus = { code: status.OK, details: 'OK' }

const hasRoom: Promise<void> = Promise.resolve()

/** What a call needs to know of its server. */
export interface GrpcJsCallOptions {
  readonly path: string
  /** Destroyed when its caller leaves a reply lying. */
  readonly connection: (Connection & { destroy(): void }) | undefined
  readonly isCompressed: boolean
  readonly clock: Clock
  /** Deadline of a call that has none, and the most that any call may take: in ms. */
  readonly defaultDeadlineMs: number
  readonly maxDeadlineMs: number
}

/** One call over grpc-js, driven from the metadata on: no message is asked for until {@link readMessage}. */
export class GrpcJsCall implements IncomingCall {
  readonly path: string
  readonly connection: GrpcJsCallOptions['connection']
  readonly isCompressed: boolean
  readonly deadlineMs: number
  headers: CallHeaders = {}
  readonly #call: ServerInterceptingCallInterface
  // By the machine's clock, as grpc-js has it; deadlineMs is by the axon's own.
  readonly #endsAtMs: number
  readonly #timer: NodeJS.Timeout | undefined
  #isOver = false
  #isHalfClosed = false
  #onHeaders: ((call: GrpcJsCall) => void) | undefined
  #abort: AbortController | undefined
  #abortReason: TensorKitError | undefined
  #overListeners: (() => void)[] = []
  #settleRead: ((message: Uint8Array | undefined) => void) | undefined
  #unsentBytes = 0
  #onRoom: (() => void)[] = []
  #sentListeners: (() => void)[] = []

  constructor(call: ServerInterceptingCallInterface, options: GrpcJsCallOptions) {
    this.#call = call
    this.path = options.path
    this.connection = options.connection
    this.isCompressed = options.isCompressed
    // grpc-js ends a call at the deadline that its caller gave; only without one, or with a very late one, is a timer needed.
    const nowMs = Date.now()
    const callersMs = Number(call.getDeadline()) - nowMs
    const mostMs = callersMs === Number.POSITIVE_INFINITY ? options.defaultDeadlineMs : options.maxDeadlineMs
    const leftMs = Math.min(callersMs, mostMs)
    this.#endsAtMs = nowMs + leftMs
    this.deadlineMs = options.clock.nowMs() + leftMs
    if (callersMs > mostMs) this.#timer = setTimeout(() => this.#end('timeout'), mostMs)
  }

  /** Takes the call over from grpc-js, whose listener this object is itself: four closures less for each call. */
  start(onHeaders: (call: GrpcJsCall) => void): void {
    this.#onHeaders = onHeaders
    this.#call.start(this)
  }

  onReceiveMetadata(metadata: Metadata): void {
    this.headers = metadata.toJSON()
    this.#onHeaders?.(this)
  }

  onReceiveMessage(message: Buffer): void {
    this.#settle(message)
  }

  onReceiveHalfClose(): void {
    // Also when the stream was reset or lost; onCancel comes in the same round of ticks then, before whoever waits is woken.
    this.#isHalfClosed = true
    this.#settle(undefined)
  }

  onCancel(): void {
    if (this.#isOver) {
      this.#onLeft()
      return
    }
    this.#end(Date.now() + timerSlackMs >= this.#endsAtMs ? 'timeout' : 'cancel')
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get isUnsent(): boolean {
    return this.#unsentBytes >= sendBufferBytes
  }

  onSent(listener: () => void): void {
    if (this.isUnsent) this.#sentListeners.push(listener)
    else listener()
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

  readMessage(): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#isOver || this.#isHalfClosed) {
        resolve(undefined)
        return
      }
      if (this.#settleRead !== undefined) {
        reject(new TensorKitError('CORE_INTERNAL', 'Two reads of one call at the same time'))
        return
      }
      this.#settleRead = resolve
      this.#call.startRead()
    })
  }

  sendMessage(message: Uint8Array): Promise<void> {
    if (this.#isOver) return hasRoom
    const bytes = Buffer.isBuffer(message) ? message : Buffer.from(message.buffer, message.byteOffset, message.byteLength)
    this.#unsentBytes += bytes.byteLength
    this.#call.sendMessage(bytes, () => {
      this.#unsentBytes -= bytes.byteLength
      if (this.#unsentBytes >= sendBufferBytes) return
      this.#tellRoom()
      this.#tellSent()
    })
    if (this.#unsentBytes < sendBufferBytes) return hasRoom
    return new Promise((resolve) => this.#onRoom.push(resolve))
  }

  finish(trailers?: CallTrailers): void {
    if (this.#isOver) return
    // Not waiting for what is written: the status goes out behind it in any case, often in the same flush.
    this.#call.sendStatus(trailers === undefined ? okStatus : { ...okStatus, metadata: metadataOf(trailers) })
    this.#over()
  }

  refuse(refusal: Refusal, trailers?: CallTrailers): void {
    if (this.#isOver) return
    this.#call.sendStatus(refusalStatus(refusal, trailers))
    this.#over()
  }

  #settle(message: Uint8Array | undefined): void {
    const settle = this.#settleRead
    this.#settleRead = undefined
    settle?.(message)
  }

  #tellRoom(): void {
    const waiting = this.#onRoom
    if (waiting.length === 0) return
    this.#onRoom = []
    for (const resolve of waiting) resolve()
  }

  /**
   * All is said: the trailers are sent, the stream is closed, or the deadline passed. In the last case alone something may be left, which a
   * caller that keeps its window shut would leave here for as long as the connection lives.
   */
  #onLeft(): void {
    clearTimeout(this.#timer)
    if (!this.isUnsent) return
    // A closed stream is nobody's any more.
    if (this.#call.getPeer() === 'unknown') {
      this.#unsentBytes = 0
      this.#tellSent()
      return
    }
    setTimeout(() => {
      if (this.isUnsent && this.#call.getPeer() !== 'unknown') this.connection?.destroy()
      this.#unsentBytes = 0
      this.#tellSent()
    }, stalledReplyMs).unref()
  }

  #tellSent(): void {
    for (const listener of this.#sentListeners.splice(0)) listener()
  }

  #end(why: 'timeout' | 'cancel'): void {
    if (this.#isOver) {
      this.#onLeft()
      return
    }
    if (why === 'timeout') this.#call.sendStatus(refusalStatus(refusals.deadline))
    this.#abortReason =
      why === 'timeout'
        ? new TensorKitError('CORE_TIMEOUT', 'The deadline of the call passed')
        : new TensorKitError('CORE_ABORTED', 'The caller cancelled the call or went away')
    this.#over()
    this.#onLeft()
    this.#abort?.abort(this.#abortReason)
  }

  #over(): void {
    this.#isOver = true
    // A reply that is still here has until the deadline.
    if (!this.isUnsent) clearTimeout(this.#timer)
    this.#settle(undefined)
    // grpc-js calls back for no write that a reset cut off.
    this.#tellRoom()
    const listeners = this.#overListeners
    this.#overListeners = []
    for (const listener of listeners) listener()
  }
}
