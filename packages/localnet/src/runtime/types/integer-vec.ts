import { type Codec, compact, createCodec, createDecoder } from 'scale-ts'
import type { PrimitiveName } from './ty.js'

interface Integer {
  readonly sizeBytes: number
  readonly read: (view: DataView, at: number) => number | bigint
  readonly write: (view: DataView, at: number, value: never) => void
}

const integers: Partial<Record<PrimitiveName, Integer>> = {
  u16: { sizeBytes: 2, read: (view, at) => view.getUint16(at, true), write: (view, at, value) => view.setUint16(at, value, true) },
  u32: { sizeBytes: 4, read: (view, at) => view.getUint32(at, true), write: (view, at, value) => view.setUint32(at, value, true) },
  u64: { sizeBytes: 8, read: (view, at) => view.getBigUint64(at, true), write: (view, at, value) => view.setBigUint64(at, value, true) },
}

/**
 * `Vec` of an integer: the same bytes as scale-ts writes, without an array for each item. A subnet's vectors are read and written
 * with every block and every weight that is set.
 *
 * @returns Undefined for what is no such integer.
 */
export function integerVec<T>(name: PrimitiveName): Codec<T[]> | undefined {
  const integer = integers[name]
  if (!integer) return undefined
  const { sizeBytes, read, write } = integer
  const encode = (items: T[]): Uint8Array => {
    const prefix = compact.enc(items.length)
    const bytes = new Uint8Array(prefix.length + items.length * sizeBytes)
    bytes.set(prefix)
    const view = new DataView(bytes.buffer)
    let at = prefix.length
    for (const item of items) {
      write(view, at, item as never)
      at += sizeBytes
    }
    return bytes
  }
  const decode = createDecoder((input) => {
    // How scale-ts hands bytes from one decoder to the next; its types do not tell.
    const bytes = input as Uint8Array & { i: number; readonly v: DataView }
    const count = Number(compact.dec(bytes))
    if (count * sizeBytes > bytes.length - bytes.i) throw new RangeError('too few bytes')
    const items = new Array<T>(count)
    for (let index = 0; index < count; index++) {
      items[index] = read(bytes.v, bytes.i) as T
      bytes.i += sizeBytes
    }
    return items
  })
  return createCodec(encode, decode)
}
