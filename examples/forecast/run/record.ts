import type { LogLine } from './child.js'

/** How a miner fared in a round, as the validator's program logs it. */
interface ScoredMiner {
  readonly hotkey: string
  /** Whether its reply could be used. */
  readonly answered: boolean
  /** Mean CRPS over the reference's sd: 0 is perfect. */
  readonly score: number
  readonly skill: number
  /** The score that the validator holds of the miner after the round. */
  readonly held: number
}

/** How one call of a round went. */
export interface CallRecord extends ScoredMiner {
  /** The error's code if no reply came. */
  readonly error?: string
  /** From the first byte out to the reply, in ms. */
  readonly latencyMs: number
}

/** One round of one validator. */
export interface RoundRecord {
  /** 1, 2, … */
  readonly validator: number
  /** 1, 2, … */
  readonly round: number
  readonly calls: readonly CallRecord[]
}

/** Codes of calls that an axon refused to take, as opposed to those that failed. */
const refusals = new Set(['DENDRITE_UNAUTHENTICATED', 'DENDRITE_DENIED', 'DENDRITE_EXHAUSTED'])

/** What the runner knows of the rounds: all from what the validators log. */
export class RunRecord {
  readonly rounds: RoundRecord[] = []
  readonly #scored = new Map<number, LogLine>()

  /** Takes a validator's line `scored`, with which its program ends a round. */
  addScores(validator: number, line: LogLine): void {
    this.#scored.set(validator, line)
  }

  /** Takes a validator's line `round-finished`, which has the calls' errors and times. */
  addRound(validator: number, line: LogLine): void {
    const { round, miners } = this.#scored.get(validator) as LogLine & { round: number; miners: ScoredMiner[] }
    const { replies } = line as LogLine & { replies: { hotkey: string; code?: string; callMs: number }[] }
    const calls = replies.map(({ hotkey, code, callMs }): CallRecord => {
      const scored = miners.find((miner) => miner.hotkey === hotkey) as ScoredMiner
      return { ...scored, latencyMs: callMs, ...(code !== undefined && { error: code }) }
    })
    this.rounds.push({ validator, round, calls })
  }

  /** Calls by how they ended. */
  counts(): { answered: number; failed: number; refused: number } {
    const counts = { answered: 0, failed: 0, refused: 0 }
    for (const { error } of this.#calls()) counts[error === undefined ? 'answered' : refusals.has(error) ? 'refused' : 'failed']++
    return counts
  }

  /** All calls to one miner, in the order in which the rounds ended. */
  callsTo(hotkey: string): CallRecord[] {
    return this.#calls().filter((call) => call.hotkey === hotkey)
  }

  /** Mean of a miner's scores over all rounds of all validators; undefined if there were none. */
  meanScore(hotkey: string): number | undefined {
    // The rounds of two validators end in any order: added up in one of their own, the same scores give the same mean to the last bit.
    const scores = this.callsTo(hotkey)
      .map(({ score }) => score)
      .sort((a, b) => a - b)
    return scores.length > 0 ? scores.reduce((sum, score) => sum + score, 0) / scores.length : undefined
  }

  /** Whether a miner had a usable answer in every round. */
  alwaysAnswered(hotkey: string): boolean {
    const calls = this.callsTo(hotkey)
    return calls.length === this.rounds.length && calls.every(({ answered }) => answered)
  }

  #calls(): CallRecord[] {
    return this.rounds.flatMap(({ calls }) => calls)
  }
}
