import { createHash } from 'node:crypto'
import { type Method, TensorKitError } from '@tensorkit/core'
import { type Refusal, refusals } from '../refusal.js'
import type { IncomingCall } from '../transport/incoming-call.js'
import { type CallEnding, left, refused } from './call-ending.js'
import type { CallWork } from './call-work.js'
import type { ReceiptLog } from './receipt-log.js'
import { StreamBudget } from './stream-budget.js'
import { streamRefusals } from './stream-refusals.js'

/** What {@link requestOf} takes. */
export interface RequestReading {
  readonly method: Method
  readonly receipt: ReceiptLog | undefined
  /** The hash that the caller signed, if it signed one. */
  readonly bodySha256: string | undefined
}

/** The one request of a call, held against what was signed, out of what was read; or how the call ends. */
export function requestOf(
  body: Uint8Array | Refusal | undefined,
  { method, receipt, bodySha256 }: RequestReading,
): { readonly request: unknown } | CallEnding {
  if (body === undefined) return left
  if (!(body instanceof Uint8Array)) return refused(body)
  if (bodySha256 !== undefined && createHash('sha256').update(body).digest('hex') !== bodySha256) return refused(refusals.bodyMismatch)
  receipt?.requests.add(body)
  try {
    return { request: method.request.decode(body) }
  } catch (error) {
    return refused(refusals.undecodable, error)
  }
}

/**
 * The requests of a call, each read when the handler asks for it.
 *
 * What is wrong with one of them ends the call at once, whatever the handler makes of the error that it gets.
 */
export class RequestStream implements AsyncIterable<unknown> {
  readonly #call: IncomingCall
  readonly #work: CallWork
  #isTaken = false

  constructor(call: IncomingCall, work: CallWork) {
    this.#call = call
    this.#work = work
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    if (this.#isTaken) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The requests of a call can be read once')
    this.#isTaken = true
    const { method, receipt, limits } = this.#work
    const budget = new StreamBudget(limits)
    for (;;) {
      const message = await this.#call.readMessage()
      if (message === undefined) {
        if (this.#call.isOver) throw this.#ended()
        return
      }
      if (!(message instanceof Uint8Array)) throw this.#refuse(refused(message))
      const excess = budget.take(message.byteLength)
      if (excess !== undefined)
        throw this.#refuse(refused(excess === 'bytes' ? streamRefusals.requestsTooLarge : streamRefusals.requestsTooMany))
      receipt?.requests.add(message)
      let request: unknown
      try {
        request = method.request.decode(message)
      } catch (error) {
        throw this.#refuse(refused(refusals.undecodable, error))
      }
      yield request
    }
  }

  #refuse(ending: CallEnding): TensorKitError {
    this.#work.reporter.refused(this.#call, this.#work, ending)
    return new TensorKitError('AXON_REFUSED', 'A request of the stream was refused, and the call with it')
  }

  /** A stream that was cut must not look like one that its caller ended. */
  #ended(): TensorKitError {
    const { reason } = this.#call.signal
    return TensorKitError.isInstance(reason) ? reason : new TensorKitError('CORE_ABORTED', 'The call is over')
  }
}
