import type { TensorCounts } from '../tensor/tensor-codec.js'
import { FieldProblem } from './field-problem.js'

/** How much may still be decoded; one unit stands for about 32 bytes of memory. */
export interface Budget {
  left: number
  /** Counts the decoded tensors, if the caller wants to know. */
  readonly tensors?: TensorCounts | undefined
}

/**
 * What decoded things cost of the budget, by the memory that they were seen to take in Node 20. The bytes themselves are
 * limited by the transport.
 */
export const costs = { scalar: 1, bytes: 4, tensor: 12, message: 2, list: 2, map: 6, mapEntry: 2, fragment: 6 } as const

/** Takes from the budget. @throws FieldProblem if nothing is left. */
export function spend(budget: Budget, count: number): void {
  budget.left -= count
  if (budget.left < 0) throw new FieldProblem('', 'the message has more elements than the limit')
}
