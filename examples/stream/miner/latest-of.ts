/** The newest of a stream's values: who is busy with one is told that there is a newer one, and skips those between. */
export interface Latest<T> {
  /** The newest value not taken yet, with its place in the stream from 0; waits for one. Undefined at the end of the stream. */
  next(): Promise<{ readonly value: T; readonly index: number } | undefined>
  /** Whether there is a value that was not taken yet. */
  hasNewer(): boolean
}

/** Reads a stream ahead, and keeps its newest value alone. A stream that fails is one that ends. */
export function latestOf<T>(values: AsyncIterable<T>): Latest<T> {
  let newest: { readonly value: T; readonly index: number } | undefined
  let isDone = false
  let wake: (() => void) | undefined
  const read = async () => {
    let index = 0
    try {
      for await (const value of values) {
        newest = { value, index: index++ }
        wake?.()
      }
    } finally {
      isDone = true
      wake?.()
    }
  }
  read().catch(() => {})
  return {
    hasNewer: () => newest !== undefined,
    async next() {
      while (newest === undefined && !isDone) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = undefined
      }
      const taken = newest
      newest = undefined
      return taken
    },
  }
}
