import type { RuntimeContext } from '../../framework/context.js'
import { DispatchFailure } from '../../framework/dispatch-failure.js'
import type { DispatchError } from '../../types/well-known.js'
import { subtensorEvents } from './events.js'

/** Whose batch, for which subnets. */
export interface WeightsBatch {
  readonly netuids: readonly number[]
  readonly hotkey: string
}

/**
 * Does something for each subnet of a batch. What fails undoes its own writes alone, and is told by an event; the batch
 * succeeds in any case.
 */
export function eachOfBatch(context: RuntimeContext, { netuids, hotkey }: WeightsBatch, each: (netuid: number, at: number) => void): void {
  const failures: [number, DispatchError][] = []
  netuids.forEach((netuid, at) => {
    try {
      context.db.transactional(() => each(netuid, at))
    } catch (error) {
      if (!(error instanceof DispatchFailure)) throw error
      failures.push([netuid, error.error])
    }
  })
  if (failures.length > 0) context.emit(subtensorEvents.BatchCompletedWithErrors())
  for (const failure of failures) context.emit(subtensorEvents.BatchWeightItemFailed(failure))
  context.emit(subtensorEvents.BatchWeightsCompleted([[...netuids], hotkey]))
}
