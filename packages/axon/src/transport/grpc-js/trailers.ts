import { Metadata } from '@grpc/grpc-js'
import type { CallTrailers } from '../incoming-call.js'

/** Trailers as grpc-js takes them. */
export function metadataOf(trailers: CallTrailers): Metadata {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, typeof value === 'string' ? value : Buffer.from(value))
  return metadata
}
