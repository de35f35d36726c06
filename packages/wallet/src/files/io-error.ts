import { type ErrorCode, TensorKitError } from '@tensorkit/core'

/** The errno of a failed file operation, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : undefined
}

/** Turns a failed file operation into a TensorKitError that names the file. */
export function ioError(error: unknown, shortMessage: string, file: string, code: ErrorCode = 'WALLET_IO'): TensorKitError {
  if (TensorKitError.isInstance(error)) return error
  // No cause: an error of a library below might hold the text that was to be written.
  return new TensorKitError(code, shortMessage, { facts: { file, reason: errnoOf(error) } })
}
