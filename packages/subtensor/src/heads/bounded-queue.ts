/**
 * A queue between callbacks and one `for await`: holds at most `capacity` items and drops the oldest beyond that.
 */
export class BoundedQueue<T> implements AsyncIterableIterator<T> {
  readonly #capacity: number
  readonly #onEnd: () => void
  readonly #items: T[] = []
  readonly #waiting: { resolve: (result: IteratorResult<T>) => void; reject: (error: unknown) => void }[] = []
  #end: { readonly error?: unknown } | undefined

  /** @param onEnd - Called once, when the reader leaves or the source ends. */
  constructor(capacity: number, onEnd: () => void) {
    this.#capacity = capacity
    this.#onEnd = onEnd
  }

  push(item: T): void {
    if (this.#end) return
    const reader = this.#waiting.shift()
    if (reader) {
      reader.resolve({ value: item, done: false })
      return
    }
    this.#items.push(item)
    if (this.#items.length > this.#capacity) this.#items.shift()
  }

  /** Ends the iteration after the items that are queued, with the error if one is given. */
  end(error?: unknown): void {
    if (this.#end) return
    this.#end = error === undefined ? {} : { error }
    this.#onEnd()
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (error === undefined) resolve({ value: undefined, done: true })
      else reject(error)
    }
  }

  next(): Promise<IteratorResult<T>> {
    const item = this.#items.shift()
    if (item !== undefined) return Promise.resolve({ value: item, done: false })
    if (this.#end) {
      const { error } = this.#end
      // An error is told once; then the iteration is over.
      this.#end = {}
      return error === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error)
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  return(): Promise<IteratorResult<T>> {
    this.#items.length = 0
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
