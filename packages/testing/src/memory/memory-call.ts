import type { CallHeaders, CallTrailers, IncomingCall, Refusal } from '@tensorkit/axon'
import { type Clock, grpcStatus, TensorKitError } from '@tensorkit/core'
import type { CallEnd, CallFault, StartCallOptions } from '@tensorkit/dendrite'
import type { MemoryConnection } from './memory-connection.js'
import { MessagePipe } from './message-pipe.js'
import { replyMetadata } from './reply-metadata.js'

const maxPushbackMs = 30_000

const localCodes: Readonly<Record<CallFault, number>> = {
  connect: grpcStatus.UNAVAILABLE,
  pin: grpcStatus.UNAVAILABLE,
  'other-connection': grpcStatus.UNAVAILABLE,
  'queue-full': grpcStatus.RESOURCE_EXHAUSTED,
  refused: grpcStatus.UNAVAILABLE,
  lost: grpcStatus.UNAVAILABLE,
  deadline: grpcStatus.DEADLINE_EXCEEDED,
  cancelled: grpcStatus.CANCELLED,
  closed: grpcStatus.UNAVAILABLE,
  'too-large': grpcStatus.RESOURCE_EXHAUSTED,
  'bad-reply': grpcStatus.INTERNAL,
}

/** A call that ends on this side. */
export function localEnd(fault: CallFault, details: string, sent: Pick<CallEnd, 'connectionId' | 'sentMs' | 'firstByteMs'>): CallEnd {
  return {
    code: localCodes[fault],
    details,
    isLocal: true,
    fault,
    wasSent: sent.sentMs !== undefined,
    reason: undefined,
    pushbackMs: undefined,
    trailers: replyMetadata(),
    ...sent,
  }
}

/** What {@link MemoryCall} is made of. */
export interface MemoryCallOptions {
  readonly start: StartCallOptions
  readonly connection: MemoryConnection
  readonly clock: Clock
  /** The largest request message that the server takes, in bytes. */
  readonly maxMessageBytes: number
}

/** One call, with both its ends: the server's is the {@link IncomingCall} itself, the client's are {@link request}, {@link response} and {@link ended}. */
export class MemoryCall implements IncomingCall {
  readonly path: string
  readonly headers: CallHeaders
  readonly connection: MemoryConnection
  readonly deadlineMs: number
  readonly request = new MessagePipe()
  readonly response = new MessagePipe()
  /** How it ended, as the client sees it. */
  readonly ended: Promise<CallEnd>
  /** When it left, by the monotonic clock. */
  readonly sentMs: number
  readonly #clock: Clock
  readonly #maxMessageBytes: number
  #firstByteMs: number | undefined
  #settle!: (end: CallEnd) => void
  #isOver = false
  readonly #abort = new AbortController()
  #overListeners: (() => void)[] = []

  constructor({ start, connection, clock, maxMessageBytes }: MemoryCallOptions) {
    this.path = start.path
    const headers: Record<string, (string | Uint8Array)[]> = {}
    for (const [name, value] of Object.entries(start.headers ?? {})) headers[name] = [value]
    this.headers = headers
    this.connection = connection
    this.deadlineMs = clock.nowMs() + start.timeoutMs
    this.#clock = clock
    this.#maxMessageBytes = maxMessageBytes
    this.sentMs = clock.monotonicMs()
    this.ended = new Promise((resolve) => {
      this.#settle = resolve
    })
    connection.carry(this)
    this.onOver(() => this.#abort.abort(new TensorKitError('CORE_ABORTED', 'The call is over')))
    void clock.sleep(start.timeoutMs, this.#abort.signal).then(
      () => this.abandon('deadline', 'The deadline passed'),
      () => {},
    )
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  onOver(listener: () => void): void {
    if (this.#isOver) listener()
    else this.#overListeners.push(listener)
  }

  async readMessage(): Promise<Uint8Array | Refusal | undefined> {
    const message = await this.request.take()
    if (message === undefined || message.byteLength <= this.#maxMessageBytes) return message
    return { status: 'RESOURCE_EXHAUSTED', text: 'The message is too large', reason: 'message_too_large' }
  }

  sendMessage(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    this.#firstByteMs ??= this.#clock.monotonicMs()
    this.response.push(bytes)
    return this.response.room()
  }

  finish(trailers: CallTrailers = {}): void {
    this.#end({ code: grpcStatus.OK, details: 'OK', reason: undefined, pushbackMs: undefined, trailers: replyMetadata(trailers) })
  }

  refuse(refusal: Refusal, trailers: CallTrailers = {}): void {
    this.#end({
      code: grpcStatus[refusal.status],
      details: refusal.text,
      reason: refusal.publicReason,
      pushbackMs: refusal.retryAfterMs === undefined ? undefined : Math.min(refusal.retryAfterMs, maxPushbackMs),
      trailers: replyMetadata(trailers),
    })
  }

  /** Ends the call from the client's side, or because the connection broke. */
  abandon(fault: CallFault, details: string): void {
    if (this.#isOver) return
    this.response.cut()
    this.#over(localEnd(fault, details, this.#marks()))
  }

  /** Ends the call because its connection is gone. */
  lose(): void {
    this.abandon('lost', 'The connection was closed')
  }

  #end(status: Pick<CallEnd, 'code' | 'details' | 'reason' | 'pushbackMs' | 'trailers'>): void {
    if (this.#isOver) return
    this.#firstByteMs ??= this.#clock.monotonicMs()
    this.response.end()
    this.#over({ ...status, isLocal: false, fault: undefined, wasSent: true, ...this.#marks() })
  }

  #over(end: CallEnd): void {
    this.#isOver = true
    this.request.cut()
    const listeners = this.#overListeners
    this.#overListeners = []
    for (const listener of listeners) listener()
    this.#settle(end)
  }

  #marks(): Pick<CallEnd, 'connectionId' | 'sentMs' | 'firstByteMs'> {
    return { connectionId: this.connection.id, sentMs: this.sentMs, firstByteMs: this.#firstByteMs }
  }
}
