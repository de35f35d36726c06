import { defineProtocol, message, repeated, tensor, uint32, unary } from '@tensorkit/core'

/** The subnet's protocol: how is the S&P 500's log return over the next days distributed? */
export const Forecaster = defineProtocol('forecast.v1.Forecaster', {
  forecast: unary({
    request: message({
      /** Daily closes, shape [n, 253]: oldest first, each row rescaled to end at 100. */
      series: tensor(1, { dtype: 'F64', rank: 2 }),
      /** Trading days ahead, one a row. */
      horizons: repeated(uint32(2)),
    }),
    response: message({
      /** Mean of the log return over the horizon, shape [n]. */
      mean: tensor(1, { dtype: 'F64', rank: 1 }),
      /** Its standard deviation, shape [n]; positive. */
      stddev: tensor(2, { dtype: 'F64', rank: 1 }),
    }),
  }),
})
