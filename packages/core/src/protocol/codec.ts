import protobuf, { type Writer } from 'protobufjs/minimal.js'
import { TensorKitError } from '../errors/tensorkit-error.js'
import { type FieldProblem, fieldProblem } from './field-problem.js'
import type { MessageType, MessageValue } from './fields.js'
import { createPlan } from './message-plan.js'

/** Turns values of one message into bytes and back. */
export interface Codec<T> {
  /** The full name of the message, such as `forecast.v1.PredictRequest`. */
  readonly typeName: string
  /**
   * The message's bytes, in the ordinary protobuf encoding; the same value gives the same bytes.
   *
   * @throws PROTOCOL_ENCODE_FAILED for a value that does not fit the schema, naming the field.
   */
  encode(value: T): Uint8Array
  /**
   * The value of a message's bytes. Unknown fields are passed over, absent ones read as their defaults.
   *
   * `bytes` and aligned tensors are views of the given bytes.
   *
   * @throws PROTOCOL_DECODE_FAILED for bytes that are no such message, or have more elements than the limit.
   */
  decode(bytes: Uint8Array): T
}

/** How much a decoder takes. */
export interface CodecOptions {
  /**
   * The most elements of repeated fields and maps in one message, counted before they are decoded.
   *
   * What takes more memory counts as more: a number or text 1, a byte string 4, a tensor 12 (whatever its size), a message
   * 2 and its fields (1 each; a list 2, a map 6), an entry of a map 2 beside its value.
   *
   * @defaultValue 1048576: about 40 MB of memory, where a hostile message of 4 MiB could otherwise take 300 MB.
   */
  readonly maxElements?: number
}

const defaultMaxElements = 1 << 20

/** The codec of a message that has a name. */
export function createCodec<M extends MessageType>(typeName: string, type: M, options: CodecOptions = {}): Codec<MessageValue<M>> {
  const { maxElements = defaultMaxElements } = options
  if (!(Number.isSafeInteger(maxElements) && maxElements > 0)) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'maxElements must be an integer above 0', {
      facts: { maxElements: String(maxElements) },
    })
  }
  const plan = createPlan(type)
  return {
    typeName,
    encode(value) {
      // Typed by hand: the declared `create` returns a union of both writers.
      const writer: Writer = protobuf.Writer.create()
      try {
        plan.write(writer, value)
      } catch (error) {
        throw failure('PROTOCOL_ENCODE_FAILED', 'encode', typeName, fieldProblem(error))
      }
      return writer.finish()
    },
    decode(bytes) {
      if (!(bytes instanceof Uint8Array)) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A message to decode must be a Uint8Array')
      try {
        // A plain Uint8Array, so that no Buffer gets out, whose slice() and toString() differ.
        const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        return plan.read(plain, { left: maxElements }) as MessageValue<M>
      } catch (error) {
        throw failure('PROTOCOL_DECODE_FAILED', 'decode', typeName, fieldProblem(error))
      }
    },
  }
}

function failure(
  code: 'PROTOCOL_ENCODE_FAILED' | 'PROTOCOL_DECODE_FAILED',
  verb: string,
  typeName: string,
  problem: FieldProblem,
): TensorKitError {
  const { path, reason, cause } = problem
  return new TensorKitError(code, `Cannot ${verb} ${typeName}${path ? `, field ${path}` : ''}: ${reason}`, {
    facts: { message: typeName, field: path || undefined },
    ...(cause !== undefined && { cause }),
  })
}
