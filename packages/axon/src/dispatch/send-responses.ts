import { TensorKitError } from '@tensorkit/core'
import type { IncomingCall } from '../transport/incoming-call.js'
import { type CallEnding, left, ok } from './call-ending.js'
import type { HandlerWatch } from './handler-watch.js'

/** What {@link sendResponses} takes. */
export interface ResponseSending {
  readonly watch: HandlerWatch
  /** Sends one response. @returns When there is room for the next, or why the call ends. */
  readonly send: (response: unknown) => Promise<CallEnding | undefined>
  /** Told of an error that nobody else will hear of. */
  readonly onLateError: (error: unknown) => void
}

/**
 * Sends what a handler yields, one at a time. When the call is over before the handler, its iterator is ended by `return()`.
 *
 * @throws What the handler throws.
 */
export async function sendResponses(
  call: IncomingCall,
  responses: unknown,
  { watch, send, onLateError }: ResponseSending,
): Promise<CallEnding> {
  if (!isAsyncIterable(responses)) throw new TensorKitError('AXON_HANDLER_FAILED', 'The handler of a stream must return an AsyncIterable')
  const iterator = responses[Symbol.asyncIterator]()
  let isAtEnd = false
  let returned: Promise<unknown> | undefined
  const stop = () => {
    if (isAtEnd || returned !== undefined) return
    returned = Promise.resolve(iterator.return?.()).catch(onLateError)
  }
  call.onOver(stop)
  try {
    for (;;) {
      const next = await watch.wait(iterator.next())
      if (next.done === true) {
        isAtEnd = true
        return call.isOver ? left : ok
      }
      if (call.isOver) return left
      const ending = await send(next.value)
      if (ending !== undefined) return ending
    }
  } catch (error) {
    // An iterator that threw has ended.
    isAtEnd = !watch.isStuck
    throw error
  } finally {
    stop()
    // Its `finally` blocks are part of its work.
    if (returned !== undefined && !watch.isStuck) await watch.wait(returned)
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
