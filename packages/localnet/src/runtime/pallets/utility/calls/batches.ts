import { type CallDefinition, type DispatchInfo, defineCall, type RuntimeCall } from '../../../framework/call.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { fail } from '../../../framework/dispatch-failure.js'
import { type Origin, withFilter } from '../../../framework/origin.js'
import type { OuterReferences } from '../../../framework/outer-types.js'
import { refTime } from '../../../framework/weight.js'
import { vec } from '../../../types/compounds.js'
import type { Ty } from '../../../types/ty.js'
import { utilityErrors } from '../errors.js'
import { utilityEvents } from '../events.js'
import { batchedCallsLimit } from '../limits.js'

/** What a batch of a length costs besides its calls: the benchmark of its kind. */
const ownWeight =
  (time: bigint, perCall: bigint) =>
  (calls: number): bigint =>
    refTime({ time: time + perCall * BigInt(calls), reads: 2 })

/** How one kind of batch goes on. @returns What it cost besides its own weight, and after how many calls it ended. */
type Run = (context: RuntimeContext, origin: Origin, calls: readonly RuntimeCall[], own: (calls: number) => bigint) => bigint

const isBatchAll = ({ type, value }: RuntimeCall): boolean => type === 'Utility' && value.type === 'batch_all'

/** Calls one after the other; the first that fails ends the batch, and what was done before it stays. */
const untilFailure: Run = (context, origin, calls, own) => {
  let spent = 0n
  for (const [index, call] of calls.entries()) {
    const { error, info } = context.dispatchWithInfo(call, origin)
    spent += info.refTime
    if (error) {
      context.emit(utilityEvents.BatchInterrupted({ index, error }))
      return own(index + 1) + spent
    }
    context.emit(utilityEvents.ItemCompleted())
  }
  context.emit(utilityEvents.BatchCompleted())
  return own(calls.length) + spent
}

/** All calls or none. */
const allOrNone: Run = (context, origin, calls, own) => {
  const inner = withFilter(origin, (call) => !isBatchAll(call))
  let spent = 0n
  for (const [index, call] of calls.entries()) {
    const { error, info } = context.dispatchWithInfo(call, inner)
    spent += info.refTime
    if (error) fail(error, { refTime: own(index + 1) + spent })
    context.emit(utilityEvents.ItemCompleted())
  }
  context.emit(utilityEvents.BatchCompleted())
  return own(calls.length) + spent
}

/** Every call, whatever becomes of the others. */
const everyCall: Run = (context, origin, calls, own) => {
  let spent = 0n
  let failed = false
  for (const call of calls) {
    const { error, info } = context.dispatchWithInfo(call, origin)
    spent += info.refTime
    failed ||= error !== undefined
    context.emit(error ? utilityEvents.ItemFailed({ error }) : utilityEvents.ItemCompleted())
  }
  context.emit(failed ? utilityEvents.BatchCompletedWithErrors() : utilityEvents.BatchCompleted())
  return own(calls.length) + spent
}

interface BatchKind {
  readonly index: number
  readonly own: (calls: number) => bigint
  readonly run: Run
}

/** A batch pays a fee if any of its calls does. */
const batchInfo = (own: bigint, inner: readonly DispatchInfo[]): DispatchInfo => ({
  refTime: inner.reduce((sum, { refTime: one }) => sum + one, own),
  class: 'Normal',
  paysFee: inner.some(({ paysFee }) => paysFee),
})

const defineBatch = ({ index, own, run }: BatchKind, outer: OuterReferences): CallDefinition<{ calls: Ty<RuntimeCall[]> }> =>
  defineCall({
    index,
    args: { calls: vec(outer.call) },
    refTime: own(0),
    inner: ({ calls }) => calls,
    infoOf: ({ calls }, inner) => batchInfo(own(calls.length), inner),
    run: (context, origin, { calls }) => {
      if (origin.type === 'None') fail({ type: 'BadOrigin', value: undefined })
      utilityErrors.ensure(calls.length <= batchedCallsLimit, 'TooManyCalls')
      return { refTime: run(context, origin, calls, own) }
    },
  })

/**
 * Several calls in one extrinsic.
 *
 * Source: `pallet_subtensor_utility`, spec 425.
 */
export const batches = (outer: OuterReferences) => ({
  batch: defineBatch({ index: 0, own: ownWeight(19_446_696n, 5_450_264n), run: untilFailure }, outer),
  batch_all: defineBatch({ index: 2, own: ownWeight(13_428_230n, 5_663_250n), run: allOrNone }, outer),
  force_batch: defineBatch({ index: 4, own: ownWeight(12_134_867n, 5_477_293n), run: everyCall }, outer),
})
