import type { LogLine } from './child.js'

/** How one call of a round went, as the validator logs it. */
export interface CallRecord {
  readonly hotkey: string
  /** The error's code if no reply came. */
  readonly error?: string
  /** Whether the reply could be used. */
  readonly answered: boolean
  /** Mean CRPS over the reference's sd: 0 is perfect. */
  readonly score: number
  readonly skill: number
  /** The score that the validator holds of the miner after the round. */
  readonly held: number
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

  /** Takes a validator's line about a round. */
  add(validator: number, line: LogLine): void {
    this.rounds.push({ validator, round: line.round as number, calls: line.calls as CallRecord[] })
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
    const calls = this.callsTo(hotkey)
    return calls.length > 0 ? calls.reduce((sum, { score }) => sum + score, 0) / calls.length : undefined
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
