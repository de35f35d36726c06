import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type CodecOptions, createCodec } from './codec.js'
import { schemaText } from './emit-proto.js'
import type { Method, MethodDefinition, MethodOf } from './methods.js'
import type { Protocol } from './protocol.js'
import { resolveSchema } from './schema.js'

/** Methods before their protocol is defined, by their names in lowerCamelCase. */
export type MethodDefinitions = Readonly<Record<string, MethodDefinition>>

/** A protocol whose methods are known: `Forecaster.predict` is the method, `Forecaster.$hash` the rest. */
export type ProtocolOf<D extends MethodDefinitions> = Protocol & { readonly [N in keyof D]: MethodOf<D[N]> }

/** The names of a protocol's methods: `'predict'`. */
export type MethodNames<P extends Protocol> = Exclude<keyof P, keyof Protocol>

/**
 * Defines a protocol: a gRPC service whose messages are ordinary protobuf, with all types inferred.
 *
 * @param name - The full name of the service: packages in lower case, then the service, such as `forecast.v1.Forecaster`.
 * @param methods - The methods by their names in lowerCamelCase (`predict` is `/forecast.v1.Forecaster/Predict`).
 * @param options - Limits of decoding.
 * @throws PROTOCOL_INVALID for names, numbers or types that `protoc` would refuse; the fact `where` names the place.
 * @example
 * ```ts
 * export const Forecaster = defineProtocol('forecast.v1.Forecaster', {
 *   predict: unary({
 *     request: message({ series: tensor(1), horizon: uint32(2) }),
 *     response: message({ mean: tensor(1), stddev: tensor(2) }),
 *   }),
 * })
 * type Task = InferRequest<typeof Forecaster.predict> // { readonly series: Tensor; readonly horizon: number }
 * ```
 */
export function defineProtocol<const D extends MethodDefinitions>(name: string, methods: D, options: CodecOptions = {}): ProtocolOf<D> {
  const schema = resolveSchema(name, methods)
  const bound = schema.methods.map((method): Method => {
    const { request, response } = methods[method.name] as MethodDefinition
    return Object.freeze({
      kind: method.kind,
      name: method.name,
      path: `/${name}/${method.protoName}`,
      service: name,
      request: createCodec(method.requestType, request, options),
      response: createCodec(method.responseType, response, options),
    })
  })
  const protocol: Protocol = {
    $service: name,
    $hash: bytesToHex(sha256(utf8ToBytes(schemaText(schema)))),
    $methods: Object.freeze(bound),
    $schema: schema,
  }
  // The methods' types are those of their definitions, which TypeScript cannot follow through a loop.
  return Object.freeze({ ...protocol, ...Object.fromEntries(bound.map((method) => [method.name, method])) }) as ProtocolOf<D>
}
