import { f64Tensor } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { loadCloses } from '../data/closes.js'
import { logReturns, sampleStddev } from '../models/statistics.js'
import { challengesOf, horizons } from './challenges.js'
import { crpsGaussian } from './crps.js'
import { createExaminer } from './examiner.js'
import { expandingStddev } from './reference.js'
import { type Answer, type Outcome, scoreRound } from './score-round.js'

describe('loadCloses', () => {
  it('reads 5,105 closes of the S&P 500', () => {
    const closes = loadCloses()
    expect(closes).toHaveLength(5105)
    expect(closes[0]).toBe(1455.219971)
    expect(closes.at(-1)).toBe(2874.560059)
  })
})

describe('crpsGaussian', () => {
  /** CRPS by its definition: the integral of (F(x) - 1{x ≥ y})², with F from the density by the same rule. */
  function byIntegral(mean: number, stddev: number, outcome: number): number {
    const steps = 200_000
    const from = Math.min(mean - 12 * stddev, outcome - stddev)
    const to = Math.max(mean + 12 * stddev, outcome + stddev)
    const width = (to - from) / steps
    let cdf = 0
    let sum = 0
    for (let i = 0; i < steps; i++) {
      const x = from + (i + 0.5) * width
      const mass = (width * Math.exp(-(((x - mean) / stddev) ** 2) / 2)) / (stddev * Math.sqrt(2 * Math.PI))
      const middle = cdf + mass / 2
      sum += (middle - (x >= outcome ? 1 : 0)) ** 2 * width
      cdf += mass
    }
    return sum
  }

  it.each([
    [0, 1, 0],
    [0, 1, 1.7],
    [0.02, 0.05, -0.1],
    [0, 0.01, 0.08],
    [3, 2, 3.5],
  ])('is the integral of the squared distance of distributions (%d, %d, %d)', (mean, stddev, outcome) => {
    expect(crpsGaussian({ mean, stddev }, outcome) / byIntegral(mean, stddev, outcome)).toBeCloseTo(1, 4)
  })

  it('tends to the absolute error as the sd tends to 0', () => {
    expect(crpsGaussian({ mean: 0, stddev: 1e-9 }, 0.3)).toBeCloseTo(0.3, 8)
  })
})

describe('challengesOf', () => {
  const closes = 5105
  const round = (seed: number, validator: number, n: number) => challengesOf({ seed, validator, round: n }, closes)

  it('gives 32 challenges with a year before and twenty days after', () => {
    for (let n = 1; n <= 200; n++) {
      const challenges = round(0, 1, n)
      expect(challenges).toHaveLength(32)
      for (const { day, horizon } of challenges) {
        expect(day).toBeGreaterThanOrEqual(252)
        expect(day).toBeLessThanOrEqual(closes - 21)
        expect(horizons).toContain(horizon)
      }
    }
  })

  it('is the same for the same id, another for any other', () => {
    expect(round(1, 2, 3)).toEqual(round(1, 2, 3))
    const all = [round(1, 2, 3), round(2, 2, 3), round(1, 1, 3), round(1, 2, 4), round(1, 23, 3)].map((c) => JSON.stringify(c))
    expect(new Set(all).size).toBe(5)
  })

  it('draws days and horizons evenly', () => {
    const all = Array.from({ length: 500 }, (_, n) => round(7, 1, n)).flat()
    for (const h of horizons) expect(all.filter(({ horizon }) => horizon === h).length / all.length).toBeCloseTo(0.2, 1.5)
    expect(all.reduce((sum, { day }) => sum + day, 0) / all.length / ((252 + closes - 21) / 2)).toBeCloseTo(1, 1.5)
  })
})

describe('expandingStddev', () => {
  it('is the sample sd of all returns so far', () => {
    const closes = loadCloses()
    const stddev = expandingStddev(closes)
    for (const day of [2, 252, 3000, 5104]) expect(stddev[day]).toBeCloseTo(sampleStddev(logReturns(closes.slice(0, day + 1))), 12)
    expect(stddev[1]).toBeNaN()
  })
})

describe('createExaminer', () => {
  it('asks with series that end at 100 and hold no more than a year', () => {
    const { request, challenges } = createExaminer({ seed: 0, validator: 1 }).task(1)
    const closes = loadCloses()
    expect(request.series.shape).toEqual([32, 253])
    for (const [i, { day, horizon }] of challenges.entries()) {
      expect(request.series.data[i * 253 + 252]).toBe(100)
      expect(request.series.data[i * 253]).toBeCloseTo((100 * (closes[day - 252] as number)) / (closes[day] as number), 10)
      expect(request.horizons[i]).toBe(horizon)
    }
  })

  it('gives the reference forecast skill 0', () => {
    const task = createExaminer({ seed: 0, validator: 2 }).task(5)
    const stddev = expandingStddev(loadCloses())
    const answer = {
      mean: f64Tensor(new Float64Array(32)),
      stddev: f64Tensor(task.challenges.map(({ day, horizon }) => (stddev[day] as number) * Math.sqrt(horizon))),
    }
    const score = task.score(new Map([['reference', answer]])).get('reference')
    expect(score?.answered).toBe(true)
    expect(score?.skill).toBeCloseTo(0, 12)
  })
})

describe('scoreRound', () => {
  const outcomes: Outcome[] = [
    { logReturn: 0.01, referenceStddev: 0.01 },
    { logReturn: -0.03, referenceStddev: 0.02 },
  ]
  const answer = (mean: number[], stddev: number[]): Answer => ({ mean: f64Tensor(mean), stddev: f64Tensor(stddev) })
  const good = answer([0.01, -0.03], [0.001, 0.001])
  const poor = answer([0, 0], [0.5, 0.5])

  it('is the mean of CRPS over the reference’s sd', () => {
    const expected = (crpsGaussian({ mean: 0, stddev: 0.5 }, 0.01) / 0.01 + crpsGaussian({ mean: 0, stddev: 0.5 }, -0.03) / 0.02) / 2
    expect(scoreRound(outcomes, new Map([['poor', poor]])).get('poor')?.score).toBeCloseTo(expected, 12)
  })

  const unusable: [string, Answer | undefined][] = [
    ['an error or a time-out', undefined],
    ['a mean that is not a number', answer([Number.NaN, 0], [1, 1])],
    ['an infinite mean', answer([Number.POSITIVE_INFINITY, 0], [1, 1])],
    ['an sd that is not a number', answer([0, 0], [1, Number.NaN])],
    ['an infinite sd', answer([0, 0], [1, Number.POSITIVE_INFINITY])],
    ['an sd of 0', answer([0, 0], [0, 1])],
    ['a negative sd', answer([0, 0], [1, -1])],
    ['too few values', answer([0], [1])],
    ['too many values', answer([0, 0, 0], [1, 1, 1])],
    ['another shape', { mean: f64Tensor([0, 0], [2, 1]), stddev: f64Tensor([1, 1]) }],
    ['an sd that overflows the score', answer([0, 0], [1.7e308, 1.7e308])],
  ]

  it.each(unusable)('%s scores as the worst of the round', (_, bad) => {
    const scores = scoreRound(
      outcomes,
      new Map([
        ['good', good],
        ['bad', bad],
        ['poor', poor],
      ]),
    )
    expect(scores.get('bad')).toEqual({ ...scores.get('poor'), answered: false })
    expect(scores.get('good')?.skill).toBeGreaterThan(0.9)
  })

  it.each(unusable)('%s alone scores as the reference', (_, bad) => {
    expect(scoreRound(outcomes, new Map([['bad', bad]])).get('bad')).toMatchObject({ answered: false, skill: 0 })
  })

  it('holds the skill of absurd answers at -1', () => {
    expect(scoreRound(outcomes, new Map([['absurd', answer([0, 0], [1e100, 1e100])]])).get('absurd')).toMatchObject({
      answered: true,
      skill: -1,
    })
  })
})
