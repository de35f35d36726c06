import { ResponderBuilder, ServerInterceptingCall, type ServerInterceptingCallInterface, ServerListenerBuilder } from '@grpc/grpc-js'
import { refusals } from '../refusal.js'
import type { AnonymousGate } from './anonymous-gate.js'
import { refusalStatus } from './refusal-status.js'

/** Puts the limits for callers without credentials around a call that a library serves (reflection). */
export function limitAnonymous(
  call: ServerInterceptingCallInterface,
  options: { readonly gate: AnonymousGate; readonly source: string; readonly isCompressed: boolean; readonly timeoutMs: number },
): ServerInterceptingCall {
  const leave = options.isCompressed ? undefined : options.gate.enter(options.source)
  if (leave === undefined) {
    call.sendStatus(refusalStatus(options.isCompressed ? refusals.compressed : refusals.anonymousFull))
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
