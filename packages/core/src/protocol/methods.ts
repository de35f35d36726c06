import type { Codec } from './codec.js'
import type { MessageType, MessageValue } from './fields.js'

/** The four kinds of gRPC method, by which side streams. */
export type MethodKind = 'unary' | 'serverStreaming' | 'clientStreaming' | 'bidi'

/** The messages of a method. */
export interface MethodMessages<Q extends MessageType, S extends MessageType> {
  readonly request: Q
  readonly response: S
}

/** A method, before its protocol is defined; made by {@link unary} and the like. */
export interface MethodDefinition<
  K extends MethodKind = MethodKind,
  Q extends MessageType = MessageType,
  S extends MessageType = MessageType,
> extends MethodMessages<Q, S> {
  readonly kind: K
}

/** A method of a protocol (a synapse): what a dendrite calls and an axon implements. */
export interface Method<K extends MethodKind = MethodKind, Q = unknown, S = unknown> {
  readonly kind: K
  /** The method's name in the protocol, such as `predict`. */
  readonly name: string
  /** The HTTP/2 path, such as `/forecast.v1.Forecaster/Predict`. */
  readonly path: string
  /** The full name of the service, such as `forecast.v1.Forecaster`. */
  readonly service: string
  readonly request: Codec<Q>
  readonly response: Codec<S>
}

/** The type of a method's request: `InferRequest<typeof Forecaster.predict>`. */
export type InferRequest<M extends Method> = M extends Method<MethodKind, infer Q, unknown> ? Q : never

/** The type of a method's response, or of each one in a stream: `InferResponse<typeof Forecaster.predict>`. */
export type InferResponse<M extends Method> = M extends Method<MethodKind, infer _, infer S> ? S : never

/** The {@link Method} that a definition becomes. */
export type MethodOf<D extends MethodDefinition> =
  D extends MethodDefinition<infer K, infer Q, infer S> ? Method<K, MessageValue<Q>, MessageValue<S>> : never

/**
 * A method with one request and one response.
 *
 * @example
 * ```ts
 * unary({ request: message({ text: string(1) }), response: message({ length: uint32(1) }) })
 * ```
 */
export const unary = <Q extends MessageType, S extends MessageType>(messages: MethodMessages<Q, S>): MethodDefinition<'unary', Q, S> => ({
  ...messages,
  kind: 'unary',
})

/** A method with one request and a stream of responses. */
export const serverStreaming = <Q extends MessageType, S extends MessageType>(
  messages: MethodMessages<Q, S>,
): MethodDefinition<'serverStreaming', Q, S> => ({ ...messages, kind: 'serverStreaming' })

/** A method with a stream of requests and one response. */
export const clientStreaming = <Q extends MessageType, S extends MessageType>(
  messages: MethodMessages<Q, S>,
): MethodDefinition<'clientStreaming', Q, S> => ({ ...messages, kind: 'clientStreaming' })

/** A method with a stream both ways. */
export const bidi = <Q extends MessageType, S extends MessageType>(messages: MethodMessages<Q, S>): MethodDefinition<'bidi', Q, S> => ({
  ...messages,
  kind: 'bidi',
})
