import { TensorKitError } from '../errors/tensorkit-error.js'
import { tagOf, WireReader, wireTypes } from '../protocol/wire-reader.js'
import type { WireWriter } from '../protocol/wire-writer.js'
import { dtypeFromWire, dtypes } from './dtype.js'
import { elementCount, maxTensorRank, type Tensor } from './tensor.js'

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

function demandLittleEndian(): void {
  if (!littleEndian) throw new TensorKitError('CORE_NOT_SUPPORTED', 'Tensors are not supported on big-endian machines')
}

const dataTags = { data: tagOf(3, wireTypes.bytes), padding: tagOf(15, wireTypes.bytes) }

/**
 * Writes the fields of a `tensorkit.tensor.v1.Tensor`; the data is referred to, and copied once when the writer finishes.
 *
 * Elements of 2, 4 or 8 bytes are put at a multiple of 8 in the gRPC frame, by 9 bytes of padding.
 */
export function writeTensor(writer: WireWriter, tensor: Tensor): void {
  demandLittleEndian()
  const { buffer, byteOffset, byteLength } = tensor.data
  writer.uint32(0x08).int32(dtypes[tensor.dtype].wire)
  if (tensor.shape.length > 0) {
    writer.uint32(0x12).fork()
    // A length above 2^32 occurs only beside a zero.
    for (const length of tensor.shape) writer.varint64(length % 0x1_0000_0000, Math.floor(length / 0x1_0000_0000))
    writer.join()
  }
  if (byteLength === 0) return
  const data = new Uint8Array(buffer, byteOffset, byteLength)
  if (tensor.data.BYTES_PER_ELEMENT > 1) writer.alignedBytes(dataTags, data)
  else writer.uint32(dataTags.data).bytes(data)
}

const invalid = (what: string, facts?: Readonly<Record<string, string | number>>) =>
  new TensorKitError('TENSOR_INVALID', `The tensor is invalid: ${what}`, { facts })

function readLength(reader: WireReader, shape: number[]): void {
  // Before the push: a shape of 8 MiB ends here at its ninth entry.
  if (shape.length >= maxTensorRank) throw invalid(`it has more than ${maxTensorRank} dimensions`)
  const length = reader.uint64()
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid('a length of its shape is above 2^53 - 1')
  shape.push(Number(length))
}

/** How many decoded tensors, of those that have data, are views of their message, and how many had to be copied because they were not aligned. */
export interface TensorCounts {
  viewed: number
  copied: number
}

/**
 * Reads a `tensorkit.tensor.v1.Tensor`.
 *
 * The data is a view of the given bytes where these are aligned to the size of an element, else one copy.
 *
 * @throws TENSOR_INVALID before anything is allocated, if dtype, shape and data do not fit; PROTOCOL_DECODE_FAILED if the
 * bytes are no such message.
 */
export function readTensor(bytes: Uint8Array, counts?: TensorCounts): Tensor {
  demandLittleEndian()
  const reader = new WireReader(bytes)
  let wireDType = 0
  const shape: number[] = []
  let data: Uint8Array = bytes.subarray(0, 0)
  while (!reader.done) {
    const { number, wireType } = reader.tag()
    if (number === 1 && wireType === wireTypes.varint) wireDType = reader.int32()
    else if (number === 2 && wireType === wireTypes.bytes) {
      const packed = new WireReader(reader.view())
      while (!packed.done) readLength(packed, shape)
    } else if (number === 2 && wireType === wireTypes.varint) readLength(reader, shape)
    else if (number === 3 && wireType === wireTypes.bytes) data = reader.view()
    else if (number <= 3)
      throw new TensorKitError('PROTOCOL_DECODE_FAILED', 'A field of a tensor has the wrong wire type', { facts: { number } })
    else reader.skip(wireType)
  }
  const dtype = dtypeFromWire(wireDType)
  if (dtype === undefined) throw invalid('its dtype is unknown', { dtype: wireDType })
  const { array } = dtypes[dtype]
  const count = elementCount(shape)
  // Compared by division, so that nothing overflows.
  const size = array.BYTES_PER_ELEMENT
  if (data.length % size !== 0 || data.length / size !== count) {
    throw invalid('its shape does not fit its data', { dtype, elements: count, itemSizeBytes: size, dataBytes: data.length })
  }
  if (dtype === 'BOOL' && data.some((byte) => byte > 1)) throw invalid('a BOOL is neither 0 nor 1')
  if (count === 0) return Object.freeze({ dtype, shape: Object.freeze(shape), data: new array(0) })
  const isAligned = data.byteOffset % size === 0
  // Not data.slice(), which is a view for a Buffer.
  const base = isAligned ? data : Uint8Array.prototype.slice.call(data)
  if (counts) counts[isAligned ? 'viewed' : 'copied']++
  return Object.freeze({ dtype, shape: Object.freeze(shape), data: new array(base.buffer as ArrayBuffer, base.byteOffset, count) })
}

/** The path of the file that defines a tensor on the wire, as an emitted protocol imports it. */
export const tensorProtoPath = 'tensorkit/tensor/v1/tensor.proto'

/** The text of that file. */
export const tensorProto = `// The tensor that TensorKit protocols carry.
syntax = "proto3";

package tensorkit.tensor.v1;

// The type of an element; names as in safetensors.
enum DType {
  DTYPE_UNSPECIFIED = 0;
${Object.entries(dtypes)
  .map(([name, { wire }]) => `  ${name} = ${wire};`)
  .join('\n')}
}

// An n-dimensional array. The product of shape, times the size of an element, equals the length of data.
//
// The field number 15 is left for padding: a writer may put a field of bytes there, before data or behind it, so that data
// lies at a multiple of 8. Readers pass over it, as over any field that they do not know.
message Tensor {
  DType dtype = 1;
  // At most 8 lengths, outermost first; none for a scalar.
  repeated uint64 shape = 2;
  // Little-endian, in C order, without gaps. A BOOL is one byte, 0 or 1.
  bytes data = 3;
}
`
