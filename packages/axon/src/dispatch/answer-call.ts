import { type Method, TensorKitError } from '@tensorkit/core'
import type { Admitted } from '../admission/admission.js'
import type { CallContext } from '../call-context.js'
import type { AnyHandler } from '../handlers.js'
import type { AxonLimits } from '../limits.js'
import { refusals } from '../refusal.js'
import type { IncomingCall } from '../transport/incoming-call.js'
import { type CallEnding, failed, left, ok, refused } from './call-ending.js'
import { HandlerWatch } from './handler-watch.js'
import type { ReceiptLog } from './receipt-log.js'
import { RequestStream, readRequest } from './request-stream.js'
import { sendResponses } from './send-responses.js'
import { StreamBudget } from './stream-budget.js'
import { streamRefusals } from './stream-refusals.js'

/** What is done about one admitted call. */
export interface CallWork {
  readonly method: Method
  readonly handler: AnyHandler
  readonly admitted: Admitted
  readonly context: CallContext
  readonly limits: AxonLimits
  readonly receipt: ReceiptLog | undefined
  /** Told when a request of a stream ends the call, while its handler still runs. */
  readonly onRefused: (ending: CallEnding) => void
  /** Told of an error that came when nobody waited for it. */
  readonly onLateError: (error: unknown) => void
}

/** Reads the requests, runs the handler and sends what it gives. @returns How the call ends; it is for the caller to end it. */
export async function answerCall(call: IncomingCall, work: CallWork): Promise<CallEnding> {
  const input = await inputOf(call, work)
  if ('kind' in input) return input
  const watch = new HandlerWatch(call)
  try {
    return await runHandler(call, { work, watch, input: input.request })
  } catch (error) {
    if (watch.isStuck) return failed(streamRefusals.handlerStuck, error)
    return failed(isBusy(error) ? streamRefusals.handlerBusy : refusals.handlerFailed, error)
  } finally {
    watch.done()
  }
}

function inputOf(call: IncomingCall, work: CallWork): Promise<{ readonly request: unknown } | CallEnding> | { readonly request: unknown } {
  const { method, receipt, limits, onRefused, admitted } = work
  if (method.kind === 'unary' || method.kind === 'serverStreaming')
    return readRequest(call, { method, receipt, bodySha256: admitted.bodySha256 })
  return { request: new RequestStream(call, { method, receipt, limits, onRefused }) }
}

async function runHandler(
  call: IncomingCall,
  { work, watch, input }: { readonly work: CallWork; readonly watch: HandlerWatch; readonly input: unknown },
): Promise<CallEnding> {
  const { method, handler, context, limits, onLateError } = work
  const response = handler(input, context)
  if (method.kind === 'serverStreaming' || method.kind === 'bidi') {
    const budget = new StreamBudget(limits)
    return sendResponses(call, response, { watch, send: (value) => sendOne(call, value, work, budget), onLateError })
  }
  const value = isThenable(response) ? await watch.wait(response) : response
  return call.isOver ? left : ((await sendOne(call, value, work)) ?? ok)
}

/** @returns When there is room for the next, or why the call ends. */
async function sendOne(call: IncomingCall, response: unknown, work: CallWork, budget?: StreamBudget): Promise<CallEnding | undefined> {
  const { method, limits, receipt } = work
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
  const room = call.sendMessage(bytes)
  // The one response of a call need not wait until it is written: its end goes out behind it.
  if (budget !== undefined) await room
  return undefined
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/** A handler may say that it has no room, as pools of workers do. */
const isBusy = (error: unknown): boolean => TensorKitError.isInstance(error) && error.code === 'CORE_BUSY'
