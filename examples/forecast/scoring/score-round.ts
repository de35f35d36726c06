import type { Forecast } from '../models/model.js'
import { crpsGaussian } from './crps.js'

/** What a miner answers: one mean and one standard deviation a challenge, as tensors. */
export interface Answer {
  readonly mean: NumberTensor
  readonly stddev: NumberTensor
}

interface NumberTensor {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number | bigint>
}

/** What came to pass after the day of a challenge, beside what the reference expected. */
export interface Outcome {
  /** The log return over the challenge's horizon. */
  readonly logReturn: number
  /** The reference's standard deviation over that horizon. */
  readonly referenceStddev: number
}

/** How one miner did in one round. */
export interface RoundScore {
  /** Whether it gave a usable answer in time. */
  readonly answered: boolean
  /** Mean over the challenges of CRPS / reference's sd: 0 is perfect. Without a usable answer the worst of the round. */
  readonly score: number
  /** 1 - score / reference's score, but at least -1: no single round may weigh more than a perfect one. */
  readonly skill: number
}

/** The mean of CRPS over the reference's sd. */
function meanScore(outcomes: readonly Outcome[], forecast: (i: number) => Forecast): number {
  const total = outcomes.reduce((sum, { logReturn, referenceStddev }, i) => sum + crpsGaussian(forecast(i), logReturn) / referenceStddev, 0)
  return total / outcomes.length
}

/** The score of an answer, or undefined if it has the wrong shape, a value that is not finite, or an sd that is not positive. */
function scoreAnswer(outcomes: readonly Outcome[], { mean, stddev }: Answer): number | undefined {
  const fits = ({ shape, data }: NumberTensor) => shape.length === 1 && shape[0] === outcomes.length && data.length === outcomes.length
  if (!fits(mean) || !fits(stddev)) return undefined
  const forecasts = outcomes.map((_, i) => ({ mean: Number(mean.data[i]), stddev: Number(stddev.data[i]) }))
  if (!forecasts.every((f) => Number.isFinite(f.mean) && Number.isFinite(f.stddev) && f.stddev > 0)) return undefined
  const score = meanScore(outcomes, (i) => forecasts[i] as Forecast)
  // An sd near the largest double overflows: as little use as one that is not finite.
  return Number.isFinite(score) ? score : undefined
}

/**
 * Scores the answers of one round.
 *
 * A miner without a usable answer gets the highest score among the usable ones; if there are none, the reference's (skill 0).
 *
 * @param answers - By any key; undefined for an error or a time-out.
 */
export function scoreRound<K>(outcomes: readonly Outcome[], answers: ReadonlyMap<K, Answer | undefined>): Map<K, RoundScore> {
  const reference = meanScore(outcomes, (i) => ({ mean: 0, stddev: (outcomes[i] as Outcome).referenceStddev }))
  const scores = new Map([...answers].map(([key, answer]) => [key, answer && scoreAnswer(outcomes, answer)]))
  const usable = [...scores.values()].filter((score) => score !== undefined)
  const worst = usable.length > 0 ? Math.max(...usable) : reference
  return new Map(
    [...scores].map(([key, score]) => {
      const counted = score ?? worst
      return [key, { answered: score !== undefined, score: counted, skill: Math.max(-1, 1 - counted / reference) }]
    }),
  )
}
