import { TensorKitError } from '@tensorkit/core'
import type { TextSink } from './cli-io.js'
import { jsonLine } from './format.js'

/** How {@link printError} shows an error. */
export interface PrintErrorOptions {
  readonly json: boolean
  /** Shows stack and causes too. */
  readonly debug: boolean
}

/** Shows an error: what happened, facts, what to do. */
export function printError(stderr: TextSink, error: unknown, { json, debug }: PrintErrorOptions): void {
  const known = TensorKitError.isInstance(error)
  if (json) {
    const { code, shortMessage, facts, remedy, docsUrl } = known ? error : unexpected(error)
    stderr.write(jsonLine({ error: { code, message: shortMessage, facts, remedy, docsUrl } }))
  } else stderr.write(known ? `Error ${error.code}: ${error.message}\n` : `Error: ${unexpected(error).message}\n`)
  if (!debug) return
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++)
    stderr.write(`${cause.stack ?? cause.message}\n`)
}

const unexpected = (cause: unknown): TensorKitError =>
  new TensorKitError('CORE_INTERNAL', cause instanceof Error ? cause.message.slice(0, 500) : 'Unexpected failure', { cause })
