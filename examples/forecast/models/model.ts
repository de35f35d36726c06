/** A Gaussian for the log return over the next h days. */
export interface Forecast {
  readonly mean: number
  readonly stddev: number
}

/**
 * A forecaster of one series: takes the closes, oldest first, and gives a forecast for any horizon in days.
 *
 * Two steps, since the costly one (the fit) does not depend on the horizon.
 */
export type Model = (closes: readonly number[]) => (horizon: number) => Forecast
