/** What {@link runBounded} is given. */
export interface RunBoundedOptions<Item, Result> {
  readonly items: Iterable<Item>
  /** How many at a time: those that run, and those that landed and were not taken yet. */
  readonly concurrency: number
  /** Never rejects. */
  readonly run: (item: Item) => Promise<Result>
  /** Gets the results that nobody takes, because the consumer left. */
  readonly discard: (result: Result) => void
}

/** Runs something for each item, so many at a time, and yields the results as they land, as fast as they are taken. */
export async function* runBounded<Item, Result>({
  items,
  concurrency,
  run,
  discard,
}: RunBoundedOptions<Item, Result>): AsyncGenerator<Result, void, undefined> {
  const iterator = items[Symbol.iterator]()
  const landed: Result[] = []
  let running = 0
  let isDone = false
  let hasLeft = false
  let wake: (() => void) | undefined
  const fill = () => {
    // What nobody takes holds its memory: a slow consumer slows the rest down, and takes from nobody's time.
    while (running + landed.length < concurrency && !isDone) {
      const next = iterator.next()
      if (next.done === true) {
        isDone = true
        return
      }
      running++
      void run(next.value).then((result) => {
        running--
        if (hasLeft) return discard(result)
        landed.push(result)
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
    hasLeft = true
    // A generator may have something to close.
    if (!isDone) iterator.return?.()
    for (const result of landed) discard(result)
  }
}
