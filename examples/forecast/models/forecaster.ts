import type { Batch, BatchForecast } from './forecast-batch.js'

/** What a forecaster may know of a call beside the batch. */
export interface CallContext {
  /** The hotkey of the validator that asks. */
  readonly hotkey: string
  /** Aborts at the caller's deadline. */
  readonly signal: AbortSignal
}

/** Answers the calls of a miner. */
export type Forecaster = (batch: Batch, context: CallContext) => BatchForecast | Promise<BatchForecast>

/** Numbers the calls of each caller: 1, 2, … The callers are the subnet's validators: few. */
export function createCallCounter(): (caller: string) => number {
  const counts = new Map<string, number>()
  return (caller) => {
    const count = (counts.get(caller) ?? 0) + 1
    counts.set(caller, count)
    return count
  }
}
