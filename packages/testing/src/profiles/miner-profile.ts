import type { CallContext, IncomingCall } from '@tensorkit/axon'
import type { Clock, Method } from '@tensorkit/core'

/** A handler of any kind of method. */
export type ProfiledHandler = (request: unknown, context: CallContext) => unknown

/** How a fake miner behaves. Made by {@link honest}, {@link slow}, {@link lazy}, {@link malformed}, {@link copycat} and {@link flooding}, or by you. */
export interface MinerProfile {
  readonly name: string
  /** Changes what a handler answers. */
  wrap?(handler: ProfiledHandler, options: { readonly method: Method; readonly clock: Clock }): ProfiledHandler
  /** Changes what goes over the wire, after the axon has admitted the call and answered it. */
  tamper?(call: IncomingCall): IncomingCall
}

/** Whether a method answers with a stream. */
export function streamsReplies({ kind }: Method): boolean {
  return kind === 'serverStreaming' || kind === 'bidi'
}
