/** A bucket is split in two beyond this size: small enough to insert by moving items, large enough to keep buckets few. */
const maxBucket = 512

/** An ordered set of keys, in buckets: every block adds keys, and a list that is sorted anew each time would slow a long chain down. */
export class SortedKeys {
  /** Never empty but for the last one standing; all keys of a bucket are less than those of the next. */
  readonly #buckets: string[][] = [[]]

  /** Adds a key that is not in the set. */
  add(key: string): void {
    const at = this.#bucketOf(key)
    const bucket = this.#buckets[at] as string[]
    bucket.splice(lowerBound(bucket, key), 0, key)
    if (bucket.length > maxBucket) this.#buckets.splice(at + 1, 0, bucket.splice(maxBucket >>> 1))
  }

  /** Removes a key that is in the set. */
  remove(key: string): void {
    const at = this.#bucketOf(key)
    const bucket = this.#buckets[at] as string[]
    bucket.splice(lowerBound(bucket, key), 1)
    if (bucket.length === 0 && this.#buckets.length > 1) this.#buckets.splice(at, 1)
  }

  /** All keys with the prefix that are greater than `after`, in ascending order. The set must not change meanwhile. */
  *walk(prefix: string, after = ''): Generator<string> {
    const from = prefix > after ? prefix : after
    for (let at = this.#bucketOf(from); at < this.#buckets.length; at++) {
      const bucket = this.#buckets[at] as string[]
      for (let index = lowerBound(bucket, from); index < bucket.length; index++) {
        const key = bucket[index] as string
        if (!key.startsWith(prefix)) return
        if (key > after) yield key
      }
    }
  }

  /** The last bucket that starts at or before the key, or the first one. */
  #bucketOf(key: string): number {
    let low = 1
    let high = this.#buckets.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#buckets[middle]?.[0] as string) <= key) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

/** The first index whose key is not less than `bound`. */
function lowerBound(keys: readonly string[], bound: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as string) < bound) low = middle + 1
    else high = middle
  }
  return low
}
