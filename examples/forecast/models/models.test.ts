import { describe, expect, it } from 'vitest'
import { loadCloses } from '../data/closes.js'
import { arEwma } from './ar-ewma.js'
import { models } from './create-forecaster.js'
import { ewma } from './ewma.js'
import { robust } from './robust.js'
import { rw63 } from './rw63.js'
import { rw252 } from './rw252.js'
import { quantile } from './statistics.js'

const year = loadCloses().slice(500, 753)
/** A series with these daily log returns. */
function closesOf(returns: readonly number[]): number[] {
  const closes = [100]
  for (const r of returns) closes.push((closes.at(-1) as number) * Math.exp(r))
  return closes
}
const alternating = (n: number, size: number) => Array.from({ length: n }, (_, i) => (i % 2 === 0 ? size : -size))

describe('every model', () => {
  it.each(Object.entries(models))('%s gives finite forecasts, and the same whatever the level of the series', (_, model) => {
    const rescaled = year.map((close) => (100 * close) / (year.at(-1) as number))
    for (const horizon of [1, 2, 5, 10, 20]) {
      const { mean, stddev } = model(year)(horizon)
      expect(Number.isFinite(mean)).toBe(true)
      expect(stddev).toBeGreaterThan(0)
      expect(model(rescaled)(horizon).stddev).toBeCloseTo(stddev, 7)
    }
  })

  it.each(Object.entries(models))(
    '%s forecasts nothing worse than a daily move of 20 %% a day in the worst year of the data',
    (_, model) => {
      const crisis = loadCloses().slice(2050, 2303)
      expect(model(crisis)(1).stddev).toBeLessThan(0.2)
    },
  )
})

describe('the random walks', () => {
  it('see their window and no further', () => {
    const closes = closesOf([...alternating(189, 0.05), ...alternating(63, 0.01)])
    expect(rw63(closes)(1).stddev).toBeCloseTo(0.01 * Math.sqrt(63 / 62), 3)
    expect(rw252(closes)(4).stddev).toBeCloseTo(2 * Math.sqrt((189 * 0.05 ** 2 + 63 * 0.01 ** 2) / 251), 3)
    expect(robust(closesOf([...alternating(126, 0.05), ...alternating(126, 0.01)]))(1).stddev).toBeCloseTo(0.01 / 1.28155, 4)
  })

  it('weigh the last day with 6 %', () => {
    const quiet = alternating(251, 0.01)
    expect(ewma(closesOf([...quiet, 0.1]))(1).stddev ** 2).toBeCloseTo(0.94 * 0.01 ** 2 + 0.06 * 0.1 ** 2, 9)
  })
})

describe('ar-ewma', () => {
  it('finds the coefficient of an AR(1) without noise and sums its means', () => {
    const phi = 0.5
    const returns = Array.from({ length: 252 }, (_, i) => 0.1 * phi ** (i % 12))
    const { mean } = arEwma(closesOf(returns.slice(0, 12)))(3)
    const last = returns[11] as number
    expect(mean).toBeCloseTo(last * (phi + phi ** 2 + phi ** 3), 12)
  })

  it('widens with the horizon as an AR(1) does', () => {
    const forecast = arEwma(closesOf(alternating(252, 0.01).map((r, i) => r + 0.001 * (i % 7))))
    // Strong reversal: the shocks of ten days all but cancel, where a random walk would give √10.
    expect(forecast(10).stddev / forecast(1).stddev).toBeLessThan(2)
  })
})

describe('quantile', () => {
  it('is linear between order statistics', () => {
    expect(quantile([3, 1, 2, 4], 0.5)).toBe(2.5)
    expect(quantile([3, 1, 2, 4], 0)).toBe(1)
    expect(quantile([0, 10], 0.1)).toBeCloseTo(1, 12)
  })
})
