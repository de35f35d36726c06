/** Numbers that a seed determines (mulberry32), so that a finding can be run again. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** An integer from 0 to below the limit. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256))
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T
  }

  /** The bytes with one to four changes: a bit, a byte, a cut, an insertion, a run repeated, an end of garbage. */
  mutate(bytes: Uint8Array): Uint8Array {
    let changed = Uint8Array.from(bytes)
    for (let left = 1 + this.below(4); left > 0; left--) changed = this.#mutateOnce(changed)
    return changed
  }

  #mutateOnce(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const at = this.below(bytes.length + 1)
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
    switch (this.below(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << this.below(8))
        return bytes
      case 1:
        if (at < bytes.length) bytes[at] = this.below(256)
        return bytes
      case 2:
        return head.slice()
      case 3:
        return joined(head, this.bytes(1 + this.below(8)), tail)
      case 4:
        return joined(head, tail.subarray(0, 64), tail)
      default:
        return joined(bytes, this.bytes(1 + this.below(32)))
    }
  }
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.concat(parts))
