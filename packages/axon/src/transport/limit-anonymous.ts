import { ResponderBuilder, ServerInterceptingCall, type ServerInterceptingCallInterface, ServerListenerBuilder } from '@grpc/grpc-js'
import { refusals } from '../refusal.js'
import type { AnonymousGate } from './anonymous-gate.js'
import { refusalStatus } from './refusal-status.js'

/** Puts the limits for callers without credentials around a call that a library serves (reflection). */
export function limitAnonymous(
  call: ServerInterceptingCallInterface,
  options: { readonly gate: AnonymousGate; readonly timeoutMs: number },
): ServerInterceptingCall {
  const leave = options.gate.enter()
  if (leave === undefined) {
    call.sendStatus(refusalStatus(refusals.anonymousFull))
    return new ServerInterceptingCall(call, { start: () => {} })
  }
  const timer = setTimeout(() => call.sendStatus(refusalStatus(refusals.deadline)), options.timeoutMs)
  const over = () => {
    clearTimeout(timer)
    leave()
  }
  const listener = new ServerListenerBuilder().withOnCancel(over).build()
  const responder = new ResponderBuilder()
    .withStart((next) => next(listener))
    .withSendStatus((sent, next) => {
      over()
      next(sent)
    })
    .build()
  return new ServerInterceptingCall(call, responder)
}
