/** A median and the bootstrap 95 % interval of the median. */
export interface Estimate {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** One demand, and what was measured. */
export interface Bar {
  readonly what: string
  /** Judged by the bad end of the interval: `at most` by its upper end, `at least` by its lower end. */
  readonly demand: 'at most' | 'at least'
  readonly limit: number
  readonly measured: Estimate
}

/** What one benchmark found. */
export interface BenchResult {
  readonly name: string
  /** Figures by name, with their unit in the name. */
  readonly figures: Readonly<Record<string, number>>
  /** What is demanded; none where the figures are only of interest. */
  readonly bars: readonly Bar[]
  /** How it was measured: pairs, calls and the like. */
  readonly method: string
}

/** What every benchmark takes. */
export interface BenchOptions {
  /** Fewer repetitions: shows that the benchmark runs, not what it measures. */
  readonly quick: boolean
  /** Other numbers of pairs and of calls in a run than the benchmark's own: for a look at one thing. */
  readonly pairs: number | undefined
  readonly calls: number | undefined
  /** Where to write a CPU profile of each side, if anywhere. */
  readonly profileDir: string | undefined
  /** Tells how far it is. */
  readonly progress: (text: string) => void
}

/** Whether a bar is met by the bad end of its interval. */
export function isMet({ demand, limit, measured }: Bar): boolean {
  return demand === 'at most' ? measured.high <= limit : measured.low >= limit
}
