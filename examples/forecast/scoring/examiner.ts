import { f64Tensor, type Tensor } from '@tensorkit/core'
import { loadCloses } from '../data/closes.js'
import { type Challenge, challengesOf, challengesPerRound, windowCloses } from './challenges.js'
import { expandingStddev } from './reference.js'
import { type Answer, type Outcome, type RoundScore, scoreRound } from './score-round.js'

/** One round of one validator: what it asks, and how it scores what comes back. */
export interface Task {
  readonly challenges: readonly Challenge[]
  /** What the miners get. */
  readonly request: {
    /** Shape [32, 253]: each row ends at 100, so that no row tells its date by its level. */
    readonly series: Tensor<'F64'>
    /** Days ahead, one a row. */
    readonly horizons: number[]
  }
  /** Scores answers by any key; undefined stands for an error or a time-out. */
  score<K>(answers: ReadonlyMap<K, Answer | undefined>): Map<K, RoundScore>
}

/** Sets the rounds of one validator. */
export interface Examiner {
  /** @param round - 1, 2, …: the same round of the same seed is the same task. */
  task(round: number): Task
}

/**
 * An examiner over the S&P 500's closes.
 *
 * @param options - The run's seed and the validator's number (1, 2, …).
 */
export function createExaminer({ seed, validator }: { readonly seed: number; readonly validator: number }): Examiner {
  const closes = loadCloses()
  const dailyStddev = expandingStddev(closes)
  const close = (day: number) => closes[day] as number
  return {
    task(round) {
      const challenges = challengesOf({ seed, validator, round }, closes.length)
      const rows = challenges.flatMap(({ day }) => closes.slice(day - windowCloses + 1, day + 1).map((value) => (value / close(day)) * 100))
      const outcomes = challenges.map(
        ({ day, horizon }): Outcome => ({
          logReturn: Math.log(close(day + horizon) / close(day)),
          referenceStddev: (dailyStddev[day] as number) * Math.sqrt(horizon),
        }),
      )
      return {
        challenges,
        request: { series: f64Tensor(rows, [challengesPerRound, windowCloses]), horizons: challenges.map(({ horizon }) => horizon) },
        score: (answers) => scoreRound(outcomes, answers),
      }
    },
  }
}
