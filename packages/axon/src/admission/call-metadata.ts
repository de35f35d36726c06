import type { CallHeaders } from '../transport/incoming-call.js'

/** What a call's metadata amounts to, before any of it is believed. */
export interface CallMetadata {
  /** Names and values. */
  readonly bytes: number
  /** Whether there is any key of `btauth/1`. */
  readonly hasBtauth: boolean
  /** Whether there is any key of `OpenSession`. */
  readonly hasOpen: boolean
}

const colon = 0x3a

/** Sizes up the metadata of a call, in one pass: every call pays for it. */
export function measureMetadata(headers: CallHeaders): CallMetadata {
  let bytes = 0
  let hasBtauth = false
  let hasOpen = false
  for (const name in headers) {
    const values = headers[name]
    // HTTP/2's own are no metadata.
    if (values === undefined || name.charCodeAt(0) === colon) continue
    if (typeof values === 'string') bytes += name.length + values.length
    else for (const value of values) bytes += name.length + value.length
    if (name.startsWith('x-bittensor-') || name === 'x-tk-body-sha256') hasBtauth = true
    else if (name.startsWith('tk-open-')) hasOpen = true
  }
  return { bytes, hasBtauth, hasOpen }
}

const tokenPattern = /^[0-9a-f]{64}$/

/** The token of a call. @returns Undefined unless there is exactly one, of exactly its form. */
export function tokenOf(values: string | readonly (string | Uint8Array)[]): string | undefined {
  const value = typeof values === 'string' ? values : values.length === 1 ? values[0] : undefined
  return typeof value === 'string' && tokenPattern.test(value) ? value : undefined
}
