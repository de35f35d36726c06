import type { Refusal } from '../refusal.js'
import type { Connection } from './connection.js'

/**
 * Metadata by lower-case key, as received: text as it is or in an array, binary values in an array. A key that came twice is joined by ", "
 * and so fits no format here. Names that begin with a colon are HTTP/2's own.
 */
export type CallHeaders = Readonly<Record<string, string | readonly (string | Uint8Array)[] | undefined>>

/** Metadata that ends a call, by lower-case key; binary for keys that end in `-bin`. */
export type CallTrailers = Readonly<Record<string, string | Uint8Array>>

/** One call as the transport hands it over: its metadata is there, its body is not read yet. */
export interface IncomingCall {
  /** The HTTP/2 `:path`. */
  readonly path: string
  readonly headers: CallHeaders
  /** Undefined only if the connection closed meanwhile. */
  readonly connection: Connection | undefined
  /** Whether its caller announced compressed messages. A few kB of them may hold megabytes. */
  readonly isCompressed?: boolean
  /** When the call must be over: unix ms by the axon's clock. */
  readonly deadlineMs: number
  /** Aborted when the caller cancels, the deadline passes or the connection is lost. */
  readonly signal: AbortSignal
  /** Whether nothing can be sent any more. */
  readonly isOver: boolean
  /** Whether much of what was sent is still here, as its caller does not take it. Also when the call is over. */
  readonly isUnsent?: boolean
  /** Runs something when what was sent is no longer here: its caller took it, reset the call or is gone. */
  onSent?(listener: () => void): void
  /** Runs something when the call is over, however it ends. */
  onOver(listener: () => void): void
  /**
   * Pulls the next request message. Nothing more is taken from the network than what is asked for, so that a slow reader slows its caller.
   * Its bytes are the call's own: the transport neither keeps nor reuses them, so that what is decoded may point into them for good.
   *
   * @returns The message; why the call must be refused; or undefined when the caller half-closed, and when the call ended early
   * ({@link isOver}). One read at a time.
   */
  readMessage(): Promise<Uint8Array | Refusal | undefined>
  /**
   * Reads a request that is exactly one message, where a transport can do so for less than two calls of {@link readMessage}; never
   * beside one of those. Tells once, perhaps at once: the message, why the call must be refused, or undefined if it ended first.
   */
  readOnly?(listener: (message: Uint8Array | Refusal | undefined) => void): void
  /**
   * Sends one response message. Does nothing if the call is over.
   *
   * @returns When there is room for the next one; also when the call ends first.
   */
  sendMessage(bytes: Uint8Array): Promise<void>
  /** Ends the call with status OK, behind the messages that were sent. Does nothing if the call is over. */
  finish(trailers?: CallTrailers): void
  /** Ends the call with an error. Does nothing if the call is over. */
  refuse(refusal: Refusal, trailers?: CallTrailers): void
}

/** What the transport does with a call to one path. It never throws. */
export type CallHandler = (call: IncomingCall) => void
