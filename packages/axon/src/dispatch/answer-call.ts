import { TensorKitError } from '@tensorkit/core'
import { refusals } from '../refusal.js'
import type { IncomingCall } from '../transport/incoming-call.js'
import { type CallEnding, failed, left, ok, refused } from './call-ending.js'
import type { CallWork } from './call-work.js'
import { HandlerWatch } from './handler-watch.js'
import { sendResponses } from './send-responses.js'
import { StreamBudget } from './stream-budget.js'
import { streamRefusals } from './stream-refusals.js'

/**
 * Runs the handler and sends what it gives.
 *
 * @returns How the call ends, at once if the handler answers at once: what the commonest call would do with promises is half of what it
 * costs beside gRPC. It is for the caller to end it. It does not throw.
 */
export function answerCall(call: IncomingCall, work: CallWork, input: unknown): CallEnding | Promise<CallEnding> {
  const { method, handler, context } = work
  try {
    const response = handler(input, context)
    if (method.kind === 'serverStreaming' || method.kind === 'bidi') return answerStream(call, work, response)
    return isThenable(response) ? answerLater(call, work, response) : answerNow(call, work, response)
  } catch (error) {
    return failureOf(error)
  }
}

async function answerLater(call: IncomingCall, work: CallWork, response: PromiseLike<unknown>): Promise<CallEnding> {
  const watch = new HandlerWatch(call)
  try {
    return answerNow(call, work, await watch.wait(response))
  } catch (error) {
    return failureOf(error, watch)
  } finally {
    watch.done()
  }
}

function answerNow(call: IncomingCall, work: CallWork, response: unknown): CallEnding {
  if (call.isOver) return left
  const bytes = encode(response, work)
  if (!(bytes instanceof Uint8Array)) return bytes
  // The one response of a call need not wait until it is written: its end goes out behind it.
  void call.sendMessage(bytes)
  return ok
}

async function answerStream(call: IncomingCall, work: CallWork, responses: unknown): Promise<CallEnding> {
  const watch = new HandlerWatch(call)
  const budget = new StreamBudget(work.limits)
  try {
    return await sendResponses(call, responses, {
      watch,
      send: async (value) => {
        const bytes = encode(value, work, budget)
        if (!(bytes instanceof Uint8Array)) return bytes
        await call.sendMessage(bytes)
        return undefined
      },
      onLateError: (error) => work.reporter.late(call, work, error),
    })
  } catch (error) {
    return failureOf(error, watch)
  } finally {
    watch.done()
  }
}

function failureOf(error: unknown, watch?: HandlerWatch): CallEnding {
  if (watch?.isStuck === true) return failed(streamRefusals.handlerStuck, error)
  return failed(isBusy(error) ? streamRefusals.handlerBusy : refusals.handlerFailed, error)
}

/** @returns The bytes of a response, counted, or why the call ends. */
function encode(response: unknown, { method, limits, receipt }: CallWork, budget?: StreamBudget): Uint8Array | CallEnding {
  let bytes: Uint8Array
  try {
    bytes = method.response.encode(response)
  } catch (error) {
    return failed(refusals.unencodable, error)
  }
  if (bytes.byteLength > limits.maxMessageBytes) return failed(refusals.responseTooLarge)
  const excess = budget?.take(bytes.byteLength)
  if (excess !== undefined) return refused(excess === 'bytes' ? streamRefusals.responsesTooLarge : streamRefusals.responsesTooMany)
  receipt?.responses.add(bytes)
  return bytes
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/** A handler may say that it has no room, as pools of workers do. */
const isBusy = (error: unknown): boolean => TensorKitError.isInstance(error) && error.code === 'CORE_BUSY'
