import type { Method, MethodNames, Protocol } from '@tensorkit/core'
import type { CallContext } from './call-context.js'

/**
 * Answers one method. It may throw: the caller then gets `INTERNAL` and a constant text, the log gets the error.
 *
 * A stream is an `AsyncIterable`, most easily an `async function*`. Each side is pulled: a request message is read when the handler asks
 * for it, and the generator goes on when there is room for its last response. It is ended by `return()` when the caller leaves. The
 * requests end in an error when the connection is lost or the deadline passes. A caller that cancels may be seen to end its stream first
 * (Node's HTTP/2 client sends it so): where half a stream is worse than none, look at `context.signal` before anything is kept, or
 * have the last message say that it is the last.
 */
export type Handler<M extends Method> =
  M extends Method<'unary', infer Q, infer S>
    ? (request: Q, context: CallContext) => S | Promise<S>
    : M extends Method<'serverStreaming', infer Q, infer S>
      ? (request: Q, context: CallContext) => AsyncIterable<S>
      : M extends Method<'clientStreaming', infer Q, infer S>
        ? (requests: AsyncIterable<Q>, context: CallContext) => S | Promise<S>
        : M extends Method<'bidi', infer Q, infer S>
          ? (requests: AsyncIterable<Q>, context: CallContext) => AsyncIterable<S>
          : never

/** One handler for each method of a protocol. */
export type Handlers<P extends Protocol> = {
  readonly [Name in MethodNames<P>]: P[Name] extends Method ? Handler<P[Name]> : never
}

/** A handler whose types are no longer known: what the dispatcher keeps. */
export type AnyHandler = (request: unknown, context: CallContext) => unknown
