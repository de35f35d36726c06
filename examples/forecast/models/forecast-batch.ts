import { f64Tensor, type Tensor } from '@tensorkit/core'
import type { Model } from './model.js'

/** A batch of series with a horizon each. */
export interface Batch {
  /** Shape [n, closes], oldest first. */
  readonly series: Tensor<'F64'>
  /** Days ahead, length n. */
  readonly horizons: readonly number[]
}

/** A forecast for each series: tensors of shape [n]. */
export interface BatchForecast {
  readonly mean: Tensor<'F64'>
  readonly stddev: Tensor<'F64'>
}

/** Runs a model over each row of a batch. @throws RangeError if the series is no matrix with one row a horizon. */
export function forecastBatch(model: Model, { series, horizons }: Batch): BatchForecast {
  const [rows, columns] = series.shape
  if (series.shape.length !== 2 || rows !== horizons.length || columns === undefined)
    throw new RangeError('series must have the shape [horizons, closes]')
  const forecasts = horizons.map((horizon, i) => model(Array.from(series.data.subarray(i * columns, (i + 1) * columns)))(horizon))
  return { mean: f64Tensor(forecasts.map((f) => f.mean)), stddev: f64Tensor(forecasts.map((f) => f.stddev)) }
}
