/** An ordered set of keys: additions are collected and merged in at the next listing, so that writes stay cheap. */
export class SortedKeys {
  #sorted: string[] = []
  #added = new Set<string>()
  #removed = new Set<string>()

  /** Adds a key that is not in the set. */
  add(key: string): void {
    if (!this.#removed.delete(key)) this.#added.add(key)
  }

  /** Removes a key that is in the set. */
  remove(key: string): void {
    if (!this.#added.delete(key)) this.#removed.add(key)
  }

  /** All keys with the prefix that are greater than `after`, in ascending order, as a lazy walk. */
  *walk(prefix: string, after = ''): Generator<string> {
    this.#merge()
    // A walk outlives later merges, because a merge replaces the array.
    const keys = this.#sorted
    for (let at = lowerBound(keys, prefix > after ? prefix : after); at < keys.length; at++) {
      const key = keys[at] as string
      if (!key.startsWith(prefix)) return
      if (key > after) yield key
    }
  }

  #merge(): void {
    if (this.#added.size === 0 && this.#removed.size === 0) return
    const added = [...this.#added].sort()
    const merged: string[] = []
    let next = 0
    for (const key of this.#sorted) {
      while (next < added.length && (added[next] as string) < key) merged.push(added[next++] as string)
      if (!this.#removed.has(key)) merged.push(key)
    }
    while (next < added.length) merged.push(added[next++] as string)
    this.#sorted = merged
    this.#added = new Set()
    this.#removed = new Set()
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
