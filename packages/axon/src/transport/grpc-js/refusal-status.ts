import { type Metadata, status } from '@grpc/grpc-js'
import { encodeRefusalStatus } from '@tensorkit/core'
import type { Refusal } from '../../refusal.js'
import type { CallTrailers } from '../incoming-call.js'
import { metadataOf } from './trailers.js'

/** A refusal as grpc-js sends it: code, text, and trailers with the public reason and when to try again. */
export function refusalStatus(refusal: Refusal, trailers: CallTrailers = {}): { code: status; details: string; metadata: Metadata } {
  const code = status[refusal.status]
  const metadata = metadataOf(trailers)
  if (refusal.publicReason !== undefined) {
    metadata.set('grpc-status-details-bin', Buffer.from(encodeRefusalStatus({ code, message: refusal.text, reason: refusal.publicReason })))
  }
  if (refusal.retryAfterMs !== undefined) metadata.set('grpc-retry-pushback-ms', String(refusal.retryAfterMs))
  return { code, details: refusal.text, metadata }
}
