import { TensorKitError } from '@tensorkit/core'
import { refusals } from '../refusal.js'
import type { IncomingCall } from '../transport/incoming-call.js'
import { type CallEnding, failed, left, ok, refused } from './call-ending.js'
import type { CallWork } from './call-work.js'
import { HandlerWatch } from './handler-watch.js'
import { RequestStream, readRequest } from './request-stream.js'
import { sendResponses } from './send-responses.js'
import { StreamBudget } from './stream-budget.js'
import { streamRefusals } from './stream-refusals.js'

// Few allocations and few async frames for the commonest call, unary: half of what a call costs beside gRPC is to clean up after it.

/** Reads the requests, runs the handler and sends what it gives. @returns How the call ends; it is for the caller to end it. */
export async function answerCall(call: IncomingCall, work: CallWork): Promise<CallEnding> {
  const { method, handler, context, receipt, admitted } = work
  let input: unknown
  if (method.kind === 'unary' || method.kind === 'serverStreaming') {
    const read = await readRequest(call, { method, receipt, bodySha256: admitted.bodySha256 })
    if ('kind' in read) return read
    input = read.request
  } else {
    input = new RequestStream(call, work)
  }
  let watch: HandlerWatch | undefined
  try {
    let response = handler(input, context)
    if (method.kind === 'serverStreaming' || method.kind === 'bidi') {
      watch = new HandlerWatch(call)
      return await streamResponses(call, { work, watch, response })
    }
    if (isThenable(response)) {
      watch = new HandlerWatch(call)
      response = await watch.wait(response)
    }
    if (call.isOver) return left
    const bytes = encode(response, work)
    if (!(bytes instanceof Uint8Array)) return bytes
    // The one response of a call need not wait until it is written: its end goes out behind it.
    void call.sendMessage(bytes)
    return ok
  } catch (error) {
    if (watch?.isStuck === true) return failed(streamRefusals.handlerStuck, error)
    return failed(isBusy(error) ? streamRefusals.handlerBusy : refusals.handlerFailed, error)
  } finally {
    watch?.done()
  }
}

function streamResponses(
  call: IncomingCall,
  { work, watch, response }: { readonly work: CallWork; readonly watch: HandlerWatch; readonly response: unknown },
): Promise<CallEnding> {
  const budget = new StreamBudget(work.limits)
  return sendResponses(call, response, {
    watch,
    send: async (value) => {
      const bytes = encode(value, work, budget)
      if (!(bytes instanceof Uint8Array)) return bytes
      await call.sendMessage(bytes)
      return undefined
    },
    onLateError: (error) => work.reporter.late(call, work, error),
  })
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
