import type { Refusal } from '../refusal.js'
import type { Connection } from './connections.js'

/** Metadata by lower-case key, as received; a key that came twice is joined by ", " and so fits no format here. */
export type CallHeaders = Readonly<Record<string, readonly (string | Uint8Array)[] | undefined>>

/** One call as the transport hands it over: its metadata is there, its body is not read yet. */
export interface IncomingCall {
  /** The HTTP/2 `:path`. */
  readonly path: string
  readonly headers: CallHeaders
  /** Undefined only if the connection closed meanwhile. */
  readonly connection: Connection | undefined
  /** When the call must be over: unix ms by the axon's clock. */
  readonly deadlineMs: number
  /** Aborted when the caller cancels, the deadline passes or the connection is lost. */
  readonly signal: AbortSignal
  /** Whether nothing can be sent any more. */
  readonly isOver: boolean
  /** Runs something when the call is over, however it ends. */
  onOver(listener: () => void): void
  /** Reads the one request message. @returns It, a refusal, or undefined if the call ended first. */
  readBody(): Promise<Uint8Array | Refusal | undefined>
  /** Ends the call with one message and status OK. Does nothing if the call is over. */
  respond(body: Uint8Array): void
  /** Ends the call with an error. Does nothing if the call is over. */
  refuse(refusal: Refusal): void
}

/** What the transport does with a call to one path. It never rejects. */
export type CallHandler = (call: IncomingCall) => void
