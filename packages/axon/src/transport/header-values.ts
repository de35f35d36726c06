import type { CallHeaders } from './incoming-call.js'

const none: readonly (string | Uint8Array)[] = []

/** The values of a key of a call's metadata; none if it is not there. */
export function headerValues(headers: CallHeaders, name: string): readonly (string | Uint8Array)[] {
  const values = headers[name]
  if (values === undefined) return none
  return typeof values === 'string' ? [values] : values
}
