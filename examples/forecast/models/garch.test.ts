import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { loadCloses } from '../data/closes.js'
import { fitGarch, type GarchParameters, garch } from './garch.js'
import { logReturns, mean, sampleStddev } from './statistics.js'

/** Standard normal draws by Box and Muller from SHA-256 in counter mode: the same everywhere. */
function* normals(seed: string): Generator<number> {
  for (let i = 0; ; i++) {
    const digest = createHash('sha256').update(`${seed}/${i}`).digest()
    const radius = Math.sqrt(-2 * Math.log((digest.readUInt32BE(0) + 1) / 2 ** 32))
    const angle = (2 * Math.PI * digest.readUInt32BE(4)) / 2 ** 32
    yield radius * Math.cos(angle)
    yield radius * Math.sin(angle)
  }
}

/** Returns of a GARCH(1,1) process after a run-in that forgets its start. */
function simulate({ omega, alpha, beta }: GarchParameters, days: number, seed: string): number[] {
  const shocks = normals(seed)
  let variance = omega / (1 - alpha - beta)
  const returns = Array.from({ length: days + 500 }, () => {
    const value = Math.sqrt(variance) * (shocks.next().value as number)
    variance = omega + alpha * value * value + beta * variance
    return value
  })
  return returns.slice(500)
}

/** The loss by the textbook's formula, to hold the fit against. */
function lossOf(returns: readonly number[], { omega, alpha, beta }: GarchParameters): number {
  let variance = mean(returns.map((r) => r * r))
  const terms = returns.map((r) => {
    const term = Math.log(variance) + (r * r) / variance
    variance = omega + alpha * r * r + beta * variance
    return term
  })
  return mean(terms)
}

describe('fitGarch', () => {
  const cases: GarchParameters[] = [
    { omega: 2e-6, alpha: 0.08, beta: 0.9 },
    { omega: 1e-5, alpha: 0.15, beta: 0.75 },
    { omega: 5e-5, alpha: 0.3, beta: 0.4 },
  ]

  it.each(cases)('recovers alpha = $alpha and beta = $beta: the mean of 8 fits to 10,000 simulated days each', (truth) => {
    const fits = Array.from({ length: 8 }, (_, i) => fitGarch(simulate(truth, 10_000, `recover/${truth.alpha}/${i}`)))
    expect(Math.abs(mean(fits.map((f) => f.alpha)) - truth.alpha)).toBeLessThan(0.015)
    expect(Math.abs(mean(fits.map((f) => f.beta)) - truth.beta)).toBeLessThan(0.03)
    const longRun = ({ omega, alpha, beta }: GarchParameters) => omega / (1 - alpha - beta)
    expect(Math.abs(mean(fits.map(longRun)) / longRun(truth) - 1)).toBeLessThan(0.1)
  })

  it('is unbiased enough in windows of a year: the mean of 200 fits is near the truth', () => {
    const truth = { omega: 1e-5, alpha: 0.15, beta: 0.75 }
    const fits = Array.from({ length: 200 }, (_, i) => fitGarch(simulate(truth, 252, `window/${i}`)))
    expect(Math.abs(mean(fits.map((f) => f.alpha)) - truth.alpha)).toBeLessThan(0.03)
    // In short samples beta is known to come out low.
    expect(Math.abs(mean(fits.map((f) => f.beta)) - truth.beta)).toBeLessThan(0.15)
  })

  it('reports the loss of its parameters, and none of a grid of others is better, on real windows', () => {
    const closes = loadCloses()
    for (let day = 252; day < closes.length; day += 400) {
      const returns = logReturns(closes.slice(day - 252, day + 1))
      const fit = fitGarch(returns)
      expect(lossOf(returns, fit)).toBeCloseTo(fit.loss, 9)
      const variance = sampleStddev(returns) ** 2
      for (const scale of [0.25, 0.5, 1, 2, 4])
        for (const persistence of [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995])
          for (const share of [0.01, 0.03, 0.1, 0.2, 0.4, 0.8]) {
            const other = { omega: scale * variance * (1 - persistence), alpha: persistence * share, beta: persistence * (1 - share) }
            expect(lossOf(returns, other)).toBeGreaterThan(fit.loss - 1e-5)
          }
    }
  })

  it('gives the same fit twice', () => {
    const returns = simulate({ omega: 1e-5, alpha: 0.1, beta: 0.85 }, 252, 'same')
    expect(fitGarch(returns)).toEqual(fitGarch(returns))
  })

  it('stays finite when all days but one are still', () => {
    const { mean: centre, stddev } = garch(Array.from({ length: 253 }, (_, i) => (i < 100 ? 100 : 101)))(20)
    expect(centre).toBe(0)
    expect(stddev).toBeGreaterThan(0)
    expect(stddev).toBeLessThan(1)
  })
})

describe('garch', () => {
  it('fits a round of 32 windows well within a deadline', () => {
    const closes = loadCloses()
    const started = performance.now()
    for (let i = 0; i < 32; i++) garch(closes.slice(i * 150, i * 150 + 253))(5)
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('sums the daily variances, which revert to the long run', () => {
    const closes = loadCloses().slice(1000, 1253)
    const { omega, alpha, beta, nextVariance } = fitGarch(logReturns(closes))
    const forecast = garch(closes)
    expect(forecast(1).stddev ** 2).toBeCloseTo(nextVariance, 15)
    const p = alpha + beta
    const longRun = omega / (1 - p)
    // The closed form of the sum.
    expect(forecast(20).stddev ** 2).toBeCloseTo(20 * longRun + ((nextVariance - longRun) * (1 - p ** 20)) / (1 - p), 12)
  })
})
