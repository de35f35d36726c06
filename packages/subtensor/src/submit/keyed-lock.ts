/** Runs tasks of one key one after the other; tasks of different keys run at once. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<void>>()

  /** Runs the task once all earlier ones of the key have ended, however they ended. */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve()
    const result = before.then(task)
    const tail = result.then(
      () => {},
      () => {},
    )
    this.#tails.set(key, tail)
    try {
      return await result
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    }
  }
}
