/** What {@link runBounded} is given. */
export interface RunBoundedOptions<Item, Result> {
  readonly items: Iterable<Item>
  /** How many at a time. */
  readonly concurrency: number
  /** Never rejects. */
  readonly run: (item: Item) => Promise<Result>
}

/** Runs something for each item, so many at a time, and yields the results as they land. */
export async function* runBounded<Item, Result>({ items, concurrency, run }: RunBoundedOptions<Item, Result>): AsyncGenerator<Result, void, undefined> {
  const iterator = items[Symbol.iterator]()
  const landed: Result[] = []
  let running = 0
  let isDone = false
  let wake: (() => void) | undefined
  const fill = () => {
    while (running < concurrency && !isDone) {
      const next = iterator.next()
      if (next.done === true) {
        isDone = true
        return
      }
      running++
      void run(next.value).then((result) => {
        landed.push(result)
        running--
        wake?.()
      })
    }
  }
  try {
    for (;;) {
      fill()
      const result = landed.shift()
      if (result !== undefined) {
        yield result
        continue
      }
      if (running === 0 && isDone) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      wake = undefined
    }
  } finally {
    isDone = true
  }
}
