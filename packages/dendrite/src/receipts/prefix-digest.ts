import { createHash } from 'node:crypto'

/**
 * The hash over messages that receipts have, after each one of them: an axon may end a call before it read all that was sent.
 *
 * Source: the protocol page, §2.4.
 */
export class PrefixDigest {
  readonly #hash = createHash('sha256')
  readonly #length = Buffer.alloc(4)
  readonly #after: Buffer[] = [this.#hash.copy().digest()]

  add(message: Uint8Array): void {
    this.#length.writeUInt32BE(message.length)
    this.#hash.update(this.#length).update(message)
    this.#after.push(this.#hash.copy().digest())
  }

  /** Messages so far. */
  get count(): number {
    return this.#after.length - 1
  }

  /** 64 hex digits over the first so many messages; undefined if there were not so many. */
  hexAt(count: number): string | undefined {
    return this.#after[count]?.toString('hex')
  }
}
