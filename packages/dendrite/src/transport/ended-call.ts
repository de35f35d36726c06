import type { CallEnd, CallListener, ClientCall } from './client-transport.js'

/** A call that ended before it began: its listener hears so in the next tick. */
export function endedCall(listener: CallListener, end: CallEnd): ClientCall {
  process.nextTick(() => listener.onEnd(end))
  return { send: () => false, sendLast: () => {}, endSending: () => {}, read: () => {}, cancel: () => {} }
}
