import type { Method } from '@tensorkit/core'
import { refusals } from '../refusal.js'
import type { AnonymousGate } from '../transport/anonymous-gate.js'
import type { CallHandler, IncomingCall } from '../transport/incoming-call.js'
import { readOnlyMessage } from '../transport/read-only-message.js'

/** What a call without credentials is served with. */
export interface AnonymousOptions {
  readonly gate: AnonymousGate
  /** How long it may take, in ms. */
  readonly timeoutMs: number
  /** Whether the request says nothing: then a compressed one is answered unread, as some clients announce compression for all they send. */
  readonly isRequestEmpty?: boolean
}

// Names of services, and what later versions may add.
const maxBodyBytes = 1024

/** Serves a method to anyone, under the limits for callers without credentials. */
export function anonymousHandler<Request, Response>(
  method: Method<'unary', Request, Response>,
  answer: (request: Request) => Response,
  options: AnonymousOptions,
): CallHandler {
  return (call) => {
    if (call.isCompressed === true && options.isRequestEmpty !== true) {
      call.refuse(refusals.compressed)
      return
    }
    const leave = options.gate.enter(call)
    if (typeof leave !== 'function') {
      call.refuse(leave)
      return
    }
    const timer = setTimeout(() => call.refuse(refusals.deadline), options.timeoutMs)
    call.onOver(() => {
      clearTimeout(timer)
      leave()
    })
    void serve(call, method, answer)
  }
}

async function serve<Request, Response>(
  call: IncomingCall,
  method: Method<'unary', Request, Response>,
  answer: (request: Request) => Response,
): Promise<void> {
  try {
    // What a stranger packed is never unpacked.
    const body = call.isCompressed === true ? new Uint8Array() : await readOnlyMessage(call)
    if (body === undefined) return
    if (!(body instanceof Uint8Array) || body.length > maxBodyBytes) {
      call.refuse(body instanceof Uint8Array ? refusals.undecodable : body)
      return
    }
    void call.sendMessage(method.response.encode(answer(method.request.decode(body))))
    call.finish()
  } catch {
    call.refuse(refusals.undecodable)
  }
}
