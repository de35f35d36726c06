import type { Tensor } from '@tensorkit/core'
import type { TensorCount } from './tasks.js'

/** Counts tensors that arrive, and which of them were decoded without a copy. */
export class TensorCounter {
  #decoded = 0
  #withoutCopy = 0

  see({ data }: Tensor): void {
    this.#decoded++
    // A view of the message begins after the message's own first bytes; a copy is all there is of its buffer.
    if (data.byteOffset !== 0 || data.byteLength !== data.buffer.byteLength) this.#withoutCopy++
  }

  get count(): TensorCount {
    return { decoded: this.#decoded, withoutCopy: this.#withoutCopy }
  }
}
