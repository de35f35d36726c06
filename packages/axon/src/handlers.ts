import type { InferRequest, InferResponse, Method, MethodNames, Protocol } from '@tensorkit/core'
import type { CallContext } from './call-context.js'

/** Answers one method. It may throw: the caller then gets `INTERNAL` and a constant text, the log gets the error. */
export type Handler<M extends Method> = (request: InferRequest<M>, context: CallContext) => InferResponse<M> | Promise<InferResponse<M>>

/** One handler for each method of a protocol. */
export type Handlers<P extends Protocol> = {
  readonly [Name in MethodNames<P>]: P[Name] extends Method ? Handler<P[Name]> : never
}

/** A handler whose types are no longer known: what the dispatcher keeps. */
export type AnyHandler = (request: unknown, context: CallContext) => unknown
