import { type Refusal, refusals } from '../refusal.js'
import type { IncomingCall } from './incoming-call.js'

/** Reads a request that is exactly one message. @returns It, why not, or undefined if the call ended first. */
export async function readOnlyMessage(call: IncomingCall): Promise<Uint8Array | Refusal | undefined> {
  const message = await call.readMessage()
  if (message === undefined) return call.isOver ? undefined : refusals.noMessage
  if (!(message instanceof Uint8Array)) return message
  const next = await call.readMessage()
  if (call.isOver) return undefined
  if (next === undefined) return message
  return next instanceof Uint8Array ? refusals.noMessage : next
}
