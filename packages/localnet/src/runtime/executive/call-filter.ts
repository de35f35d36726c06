import type { RuntimeCall } from '../framework/call.js'
import type { Origin } from '../framework/origin.js'

const batches = new Set(['batch', 'batch_all', 'force_batch'])

const isBatch = ({ type, value }: RuntimeCall): boolean => type === 'Utility' && batches.has(value.type)

/** Whether a batch carries a batch. */
const nestsBatches = (call: RuntimeCall): boolean =>
  isBatch(call) && (call.value.value as { readonly calls: readonly RuntimeCall[] }).calls.some(isBatch)

/**
 * Whether an origin may dispatch a call at all: nobody but root may put a batch into a batch, and an origin may have rules of its own.
 *
 * Source: subtensor `NoNestingCallFilter`; `frame_support::traits::OriginTrait`.
 */
export function mayCall(origin: Origin, call: RuntimeCall): boolean {
  if (origin.type === 'Root') return true
  if (nestsBatches(call)) return false
  return origin.type === 'None' || origin.allows === undefined || origin.allows(call)
}
