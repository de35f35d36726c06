import { TensorKitError } from '@tensorkit/core'

/** A fault of a `.proto` file: what, and `file:line`. */
export function protoProblem(what: string, where: string, cause?: unknown): TensorKitError {
  return new TensorKitError('PROTOCOL_INVALID', what, {
    facts: { where },
    remedy: 'Change the .proto file; docs/protocols.md says what a protocol can have.',
    ...(cause !== undefined && { cause }),
  })
}
