/**
 * Key-value storage of one block, as the runtime sees it: keys and values are SCALE bytes, keys in hex with 0x.
 *
 * Reads fall through to the parent block; writes stay in this layer until it is sealed.
 */
export interface Storage {
  get(key: string): Uint8Array | undefined
  set(key: string, value: Uint8Array): void
  delete(key: string): void
  /** All keys with the prefix, in ascending order of their bytes, as the chain lists them. */
  keys(prefix: string): string[]
  /** Runs `body`; if it throws, undoes its writes and throws on. Nests. */
  transactional<T>(body: () => T): T
}
