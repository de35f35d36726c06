import { createHash } from 'node:crypto'

/** Horizons that are asked for, in trading days. */
export const horizons = [1, 2, 5, 10, 20] as const

/** Challenges in a round. */
export const challengesPerRound = 32

/** Closes that a miner gets: a year of returns. */
export const windowCloses = 253

/** What one validator asks in one of its rounds. */
export interface Challenge {
  /** Index of the last close that the miner sees. */
  readonly day: number
  /** Days ahead. */
  readonly horizon: number
}

/** Which of a run's rounds is meant. */
export interface RoundId {
  /** The run's seed: an unsigned integer. */
  readonly seed: number
  /** The validator's number: 1, 2, … */
  readonly validator: number
  /** The validator's round: 1, 2, … */
  readonly round: number
}

/**
 * The challenges of a round: the same for the same id on every machine and in every language.
 *
 * Draw k of a round is the big-endian u32 at byte 4·(k mod 8) of the SHA-256 of the ASCII text
 * `forecast/1/<seed>/<validator>/<round>/<k div 8>`. A draw u picks from n things number floor(u·n / 2^32). Challenge i takes its
 * day with draw 2i and its horizon with draw 2i + 1; a day has a full window before it and the longest horizon after it.
 */
export function challengesOf({ seed, validator, round }: RoundId, closes: number): Challenge[] {
  const draws = Array.from({ length: (challengesPerRound * 2) / 8 }, (_, block) => {
    const digest = createHash('sha256').update(`forecast/1/${seed}/${validator}/${round}/${block}`).digest()
    return Array.from({ length: 8 }, (_, i) => digest.readUInt32BE(4 * i))
  }).flat()
  const pick = (draw: number, n: number) => Math.floor(((draws[draw] as number) * n) / 2 ** 32)
  const first = windowCloses - 1
  const days = closes - Math.max(...horizons) - first
  return Array.from({ length: challengesPerRound }, (_, i) => ({
    day: first + pick(2 * i, days),
    horizon: horizons[pick(2 * i + 1, horizons.length)] as number,
  }))
}
