import type { OutgoingHttpHeaders } from 'node:http2'
import { encodeRefusalStatus } from '@tensorkit/core'
import { acceptedEncodings } from '@tensorkit/core/node'
import type { Refusal } from '../../refusal.js'
import { statusCodes } from '../../status-codes.js'
import type { CallTrailers } from '../incoming-call.js'
import { messageRefusals } from './refusals.js'

/** What every reply starts with. Shared: node:http2 copies what it is given. */
export const replyHeaders: OutgoingHttpHeaders = { ':status': 200, 'content-type': 'application/grpc+proto' }

const okTrailers: OutgoingHttpHeaders = { 'grpc-status': '0' }

// What an axon refuses with is mostly constants, and refusing must be cheap.
const known = new WeakMap<Refusal, OutgoingHttpHeaders>()

/** The trailers of a call that went well. */
export function okHeaders(trailers: CallTrailers | undefined): OutgoingHttpHeaders {
  return trailers === undefined ? okTrailers : { ...okTrailers, ...wireTrailers(trailers) }
}

/** The trailers of a refusal: code, text, the public reason and when to try again. */
export function refusalHeaders(refusal: Refusal, trailers?: CallTrailers): OutgoingHttpHeaders {
  let headers = known.get(refusal)
  if (headers === undefined) {
    headers = makeHeaders(refusal)
    known.set(refusal, headers)
  }
  return trailers === undefined ? headers : { ...headers, ...wireTrailers(trailers) }
}

function makeHeaders(refusal: Refusal): OutgoingHttpHeaders {
  const code = statusCodes[refusal.status]
  // Percent-encoded, as `grpc-message` has it.
  const headers: OutgoingHttpHeaders = { 'grpc-status': String(code), 'grpc-message': encodeURI(refusal.text) }
  if (refusal.publicReason !== undefined) {
    const details = encodeRefusalStatus({ code, message: refusal.text, reason: refusal.publicReason })
    headers['grpc-status-details-bin'] = base64(details)
  }
  if (refusal === messageRefusals.unknownEncoding) headers['grpc-accept-encoding'] = acceptedEncodings
  if (refusal.retryAfterMs !== undefined) headers['grpc-retry-pushback-ms'] = String(refusal.retryAfterMs)
  return headers
}

function wireTrailers(trailers: CallTrailers): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {}
  for (const [name, value] of Object.entries(trailers)) headers[name] = typeof value === 'string' ? value : base64(value)
  return headers
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
