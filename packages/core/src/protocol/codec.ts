import { TensorKitError } from '../errors/tensorkit-error.js'
import type { TensorCounts } from '../tensor/tensor-codec.js'
import { type FieldProblem, fieldProblem } from './field-problem.js'
import type { MessageType, MessageValue } from './fields.js'
import { createPlan } from './message-plan.js'
import { WireWriter } from './wire-writer.js'

/** Turns values of one message into bytes and back. */
export interface Codec<T> {
  /** The full name of the message, such as `forecast.v1.PredictRequest`. */
  readonly typeName: string
  /**
   * The message's bytes, in the ordinary protobuf encoding; the same value gives the same bytes.
   *
   * Data of tensors is copied once, to a multiple of 8 in the gRPC frame (a prefix of 5 bytes, then the message). The
   * returned array begins 5 bytes behind a multiple of 8 of its buffer, so that this holds there too.
   *
   * @throws PROTOCOL_ENCODE_FAILED for a value that does not fit the schema, naming the field.
   */
  encode(value: T): Uint8Array
  /**
   * The value of a message's bytes. Unknown fields are passed over, absent ones read as their defaults.
   *
   * `bytes` and aligned tensors are views of the given bytes. Tensors that a TensorKit peer wrote are all aligned where the
   * message begins 5 bytes behind a multiple of 8 of its buffer (`byteOffset % 8 === 5`): a transport that puts frames
   * together does it there, in memory made for the frame.
   *
   * @param counts - Counts the tensors that were viewed and copied; one object may serve many calls.
   * @throws PROTOCOL_DECODE_FAILED for bytes that are no such message, or have more elements than the limit.
   */
  decode(bytes: Uint8Array, counts?: TensorCounts): T
  /**
   * The same codec with other limits: `method.request.withLimits({ maxElements: 1000 })`.
   *
   * @throws CORE_INVALID_ARGUMENT for a limit that is no integer above 0.
   */
  withLimits(limits: CodecOptions): Codec<T>
}

/** How much a decoder takes. */
export interface CodecOptions {
  /**
   * The most elements of repeated fields and maps in one message, counted before they are decoded.
   *
   * What takes more memory counts as more: a number or text 1, a byte string 4, a tensor 12 (whatever its size), a message
   * 2 and its fields (1 each; a list 2, a map 6), an entry of a map 2 beside its value. The limit of one field is the
   * `maxItems` of {@link repeated} and {@link map}.
   *
   * @defaultValue 1048576: about 40 MB of memory, where a hostile message of 4 MiB could otherwise take 300 MB.
   */
  readonly maxElements?: number
}

const defaultMaxElements = 1 << 20

/** The codec of a message that has a name. */
export function createCodec<M extends MessageType>(typeName: string, type: M, options: CodecOptions = {}): Codec<MessageValue<M>> {
  const plan = createPlan(type)
  // Taken while in use: a getter of a value may encode another.
  let spare: WireWriter | undefined
  const encode = (value: MessageValue<M>): Uint8Array => {
    const writer = spare ?? new WireWriter()
    spare = undefined
    try {
      plan.write(writer, value)
    } catch (error) {
      throw failure('PROTOCOL_ENCODE_FAILED', 'encode', typeName, fieldProblem(error))
    }
    const message = writer.finish()
    spare = writer
    return message
  }
  const withLimits = ({ maxElements = defaultMaxElements }: CodecOptions): Codec<MessageValue<M>> => {
    if (!(Number.isSafeInteger(maxElements) && maxElements > 0)) {
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'maxElements must be an integer above 0', {
        facts: { maxElements: String(maxElements) },
      })
    }
    return Object.freeze({
      typeName,
      encode,
      decode(bytes: Uint8Array, tensors?: TensorCounts): MessageValue<M> {
        if (!(bytes instanceof Uint8Array)) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A message to decode must be a Uint8Array')
        try {
          // A plain Uint8Array, so that no Buffer gets out, whose slice() and toString() differ.
          const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
          return plan.read(plain, { left: maxElements, tensors }) as MessageValue<M>
        } catch (error) {
          throw failure('PROTOCOL_DECODE_FAILED', 'decode', typeName, fieldProblem(error))
        }
      },
      withLimits,
    })
  }
  return withLimits(options)
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
