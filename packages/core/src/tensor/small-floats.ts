import { TensorKitError } from '../errors/tensorkit-error.js'
import { type DType, dtypes, type TensorData } from './dtype.js'
import { type Tensor, tensorOf } from './tensor.js'

/** The float types that JavaScript has no array for. */
export type SmallFloat = 'F16' | 'BF16' | 'F8_E4M3' | 'F8_E5M2'

interface Format {
  readonly exponentBits: number
  readonly mantissaBits: number
  /** The code of the largest finite value, without the sign. */
  readonly maxFinite: number
  /** What is above the largest finite value: infinity, or NaN where the format has none. */
  readonly overflow: number
  readonly nan: number
}

// Source: IEEE 754 binary16; bfloat16; OCP OFP8 1.0 (E4M3 without infinities, as torch.float8_e4m3fn).
const formats: Readonly<Record<SmallFloat, Format>> = {
  F16: { exponentBits: 5, mantissaBits: 10, maxFinite: 0x7bff, overflow: 0x7c00, nan: 0x7e00 },
  BF16: { exponentBits: 8, mantissaBits: 7, maxFinite: 0x7f7f, overflow: 0x7f80, nan: 0x7fc0 },
  F8_E4M3: { exponentBits: 4, mantissaBits: 3, maxFinite: 0x7e, overflow: 0x7f, nan: 0x7f },
  F8_E5M2: { exponentBits: 5, mantissaBits: 2, maxFinite: 0x7b, overflow: 0x7c, nan: 0x7e },
}

const isSmallFloat = (dtype: DType): dtype is SmallFloat => Object.hasOwn(formats, dtype)

/**
 * The elements as 32-bit floats: exact for F16, BF16, the F8 types, integers up to 24 bits and F32 (which is returned as
 * it is, not copied); F64 and larger integers are rounded.
 *
 * @throws TENSOR_INVALID for I64 and U64, whose values would silently lose most of their digits.
 */
export function tensorToFloat32(tensor: Tensor): Float32Array {
  const { dtype, data } = tensor
  if (data instanceof Float32Array) return data
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    throw new TensorKitError('TENSOR_INVALID', 'A tensor of 64-bit integers does not fit 32-bit floats', { facts: { dtype } })
  }
  if (!isSmallFloat(dtype)) return Float32Array.from(data)
  const format = formats[dtype]
  const values = new Float32Array(data.length)
  for (let index = 0; index < values.length; index++) values[index] = decode(data[index] as number, format)
  return values
}

/**
 * A tensor of a small float type, each value rounded to the nearest one (ties to even) that the type has.
 *
 * What is too large becomes infinity, or NaN in F8_E4M3, which has no infinity (as in PyTorch).
 *
 * @param dtype - F16, BF16, F8_E4M3 or F8_E5M2.
 * @param shape - The length of each dimension.
 * @param values - The elements in C order; they are rounded to 32-bit floats first.
 * @throws TENSOR_INVALID if the shape does not fit.
 */
export function tensorFromFloat32<D extends SmallFloat>(dtype: D, shape: readonly number[], values: ArrayLike<number>): Tensor<D> {
  const format = formats[dtype]
  const single = Float32Array.from(values)
  const bits = new Uint32Array(single.buffer)
  const data = new dtypes[dtype].array(single.length)
  for (let index = 0; index < single.length; index++) data[index] = encode(single[index] as number, bits[index] as number, format)
  // The array's type follows the dtype, which TypeScript cannot see through the table.
  return tensorOf<D>(dtype, shape, data as TensorData<D>)
}

function decode(code: number, { exponentBits, mantissaBits, maxFinite, overflow, nan }: Format): number {
  const signBit = 1 << (exponentBits + mantissaBits)
  const sign = code & signBit ? -1 : 1
  const magnitude = code & (signBit - 1)
  if (magnitude > maxFinite) return magnitude === overflow && overflow !== nan ? sign * Infinity : Number.NaN
  const exponent = magnitude >> mantissaBits
  const mantissa = magnitude & ((1 << mantissaBits) - 1)
  const lowest = 2 - 2 ** (exponentBits - 1)
  const [whole, power] = exponent === 0 ? [mantissa, lowest] : [mantissa + (1 << mantissaBits), exponent - 1 + lowest]
  return sign * whole * 2 ** (power - mantissaBits)
}

/** @param bits - The value's own bits, for its sign and exponent. */
function encode(value: number, bits: number, { exponentBits, mantissaBits, maxFinite, overflow, nan }: Format): number {
  const sign = bits >>> 31 ? 1 << (exponentBits + mantissaBits) : 0
  if (Number.isNaN(value)) return sign | nan
  const lowest = 2 - 2 ** (exponentBits - 1)
  const exponent = Math.max(((bits >>> 23) & 0xff) - 127, lowest)
  if (exponent === 128) return sign | overflow
  // Exact: a scaling by a power of two, within the range of a 64-bit float.
  const scaled = Math.abs(value) * 2 ** (mantissaBits - exponent)
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
  // A mantissa that rounds up to the next power of two carries into the exponent by itself.
  const code = (exponent - lowest) * 2 ** mantissaBits + rounded
  return sign | (code > maxFinite ? overflow : code)
}
