/**
 * The element types, named as in safetensors, with their numbers on the wire and the array that holds them.
 *
 * F16, BF16 and the F8 types have no array in JavaScript: their raw bits are held, see {@link tensorToFloat32}.
 * Source: https://github.com/huggingface/safetensors (format), `tensorkit.tensor.v1.DType`.
 */
export const dtypes = {
  BOOL: { wire: 1, array: Uint8Array },
  U8: { wire: 2, array: Uint8Array },
  I8: { wire: 3, array: Int8Array },
  U16: { wire: 4, array: Uint16Array },
  I16: { wire: 5, array: Int16Array },
  U32: { wire: 6, array: Uint32Array },
  I32: { wire: 7, array: Int32Array },
  U64: { wire: 8, array: BigUint64Array },
  I64: { wire: 9, array: BigInt64Array },
  F16: { wire: 10, array: Uint16Array },
  BF16: { wire: 11, array: Uint16Array },
  F32: { wire: 12, array: Float32Array },
  F64: { wire: 13, array: Float64Array },
  F8_E4M3: { wire: 14, array: Uint8Array },
  F8_E5M2: { wire: 15, array: Uint8Array },
} as const

/** The name of an element type. */
export type DType = keyof typeof dtypes

/** The typed array that holds the elements of a dtype. */
export type TensorData<D extends DType = DType> = {
  BOOL: Uint8Array
  U8: Uint8Array
  I8: Int8Array
  U16: Uint16Array
  I16: Int16Array
  U32: Uint32Array
  I32: Int32Array
  U64: BigUint64Array
  I64: BigInt64Array
  F16: Uint16Array
  BF16: Uint16Array
  F32: Float32Array
  F64: Float64Array
  F8_E4M3: Uint8Array
  F8_E5M2: Uint8Array
}[D]

const byWire = new Map<number, DType>((Object.keys(dtypes) as DType[]).map((name) => [dtypes[name].wire, name]))

/** The dtype with a number on the wire, if any. */
export const dtypeFromWire = (wire: number): DType | undefined => byWire.get(wire)

/** The size of one element of a dtype, in bytes. */
export const itemSizeBytes = (dtype: DType): number => dtypes[dtype].array.BYTES_PER_ELEMENT

/** Whether a value names a dtype. */
export const isDType = (value: unknown): value is DType => typeof value === 'string' && Object.hasOwn(dtypes, value)
