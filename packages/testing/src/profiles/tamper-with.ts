import type { IncomingCall } from '@tensorkit/axon'

/** The same call, but for what is replaced. Once a message was tampered with, the axon's own end of the call comes after it. */
export function tamperWith(call: IncomingCall, { sendMessage }: Pick<IncomingCall, 'sendMessage'>): IncomingCall {
  let sending: Promise<void> = Promise.resolve()
  return {
    path: call.path,
    headers: call.headers,
    connection: call.connection,
    deadlineMs: call.deadlineMs,
    get signal() {
      return call.signal
    },
    get isOver() {
      return call.isOver
    },
    onOver: (listener) => call.onOver(listener),
    readMessage: () => call.readMessage(),
    sendMessage: (bytes) => {
      sending = sendMessage(bytes)
      return sending
    },
    finish: (trailers) => void sending.then(() => call.finish(trailers)),
    refuse: (refusal, trailers) => call.refuse(refusal, trailers),
  }
}
