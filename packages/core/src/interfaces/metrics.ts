/** Labels of a metric: few values each, never a peer's free text. */
export type MetricLabels = Readonly<Record<string, string | number>>

/** Where counts and durations go. Names follow Prometheus: `tensorkit_axon_calls_total`, `..._seconds`. */
export interface Metrics {
  /** Adds to a counter. */
  count(name: string, labels?: MetricLabels, by?: number): void
  /** Sets a gauge. */
  gauge(name: string, value: number, labels?: MetricLabels): void
  /** Records one value of a distribution, in base units (seconds, bytes). */
  observe(name: string, value: number, labels?: MetricLabels): void
}

/** Records nothing. */
export const noMetrics: Metrics = { count: () => {}, gauge: () => {}, observe: () => {} }
