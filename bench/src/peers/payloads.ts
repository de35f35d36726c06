import { type Tensor, tensorOf } from '@tensorkit/core'

/** Makes each thing once, by size: making it is not what is measured. */
function once<T>(make: (sizeBytes: number) => T): (sizeBytes: number) => T {
  const made = new Map<number, T>()
  return (sizeBytes) => {
    const known = made.get(sizeBytes) ?? make(sizeBytes)
    made.set(sizeBytes, known)
    return known
  }
}

/** Bytes of a size. */
export const createPayloads = () => once((sizeBytes) => new Uint8Array(sizeBytes).fill(1))

/** Tensors of float32 of a size. */
export const createTensors = () => once<Tensor>((sizeBytes) => tensorOf('F32', [sizeBytes / 4], new Float32Array(sizeBytes / 4).fill(1)))
