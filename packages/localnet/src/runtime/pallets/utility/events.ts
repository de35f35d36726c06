import { defineEvents } from '../../framework/events.js'
import { result, type VariantSpec } from '../../types/compounds.js'
import { u32, unit } from '../../types/primitives.js'
import { dispatchError } from '../../types/well-known.js'

export const utilityEventSpecs = {
  /** The first call that failed. */
  BatchInterrupted: [0, { index: u32, error: dispatchError }],
  BatchCompleted: [1],
  BatchCompletedWithErrors: [2],
  ItemCompleted: [3],
  ItemFailed: [4, { error: dispatchError }],
  DispatchedAs: [5, { result: result(unit, dispatchError) }],
  IfElseMainSuccess: [6],
  IfElseFallbackCalled: [7, { main_error: dispatchError }],
} as const satisfies Record<string, VariantSpec>

export const utilityEvents = defineEvents('Utility', utilityEventSpecs)
