/** What one benchmark found. */
export interface BenchResult {
  readonly name: string
  /** Figures by name, with their unit in the name. */
  readonly figures: Readonly<Record<string, number>>
  /** The bar, in words. */
  readonly bar?: string
  /** Whether the bar was met; absent where there is none. */
  readonly pass?: boolean
}

/** What every benchmark takes. */
export interface BenchOptions {
  /** Fewer repetitions: shows that the benchmark runs, not what it measures. */
  readonly quick: boolean
}
