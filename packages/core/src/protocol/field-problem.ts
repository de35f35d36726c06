import { TensorKitError } from '../errors/tensorkit-error.js'

/** A fault in a value or a message, on its way up to the codec, which turns it into a TensorKitError. */
export class FieldProblem extends Error {
  constructor(
    /** Where: `points[3].label`. */
    readonly path: string,
    readonly reason: string,
    override readonly cause?: unknown,
  ) {
    super(reason)
  }
}

/** Anything caught, as a {@link FieldProblem}. */
export function fieldProblem(error: unknown): FieldProblem {
  if (error instanceof FieldProblem) return error
  if (TensorKitError.isInstance(error)) return new FieldProblem('', error.shortMessage, error)
  return new FieldProblem('', 'unexpected failure', error)
}

/** The same fault, seen from the message or the list around it. */
export function within(step: string, error: unknown): FieldProblem {
  const problem = fieldProblem(error)
  const separator = problem.path === '' || problem.path.startsWith('[') ? '' : '.'
  return new FieldProblem(`${step}${separator}${problem.path}`, problem.reason, problem.cause)
}
