import { createHash } from 'node:crypto'
import type { InferRequest, Method } from '@tensorkit/core'
import type { RequestFor } from './dendrite.js'
import type { Target } from './target.js'

/** A request's bytes and their hash: made once, sent to many. */
export interface PreparedRequest {
  readonly body: Uint8Array
  /** 64 lower-case hex digits. */
  readonly bodySha256: string
}

/** Serialises and hashes. @throws PROTOCOL_ENCODE_FAILED. */
export function prepareRequest<M extends Method>(method: M, request: InferRequest<M>): PreparedRequest {
  const body = method.request.encode(request)
  return { body, bodySha256: createHash('sha256').update(body).digest('hex') }
}

/** Gives each target its request; one that is the same for all is prepared once, now. @throws PROTOCOL_ENCODE_FAILED. */
export function requestPreparer<M extends Method>(method: M, request: RequestFor<M>): (target: Target) => PreparedRequest {
  if (typeof request === 'function') {
    const make = request as (target: Target) => InferRequest<M>
    return (target) => prepareRequest(method, make(target))
  }
  const shared = prepareRequest(method, request)
  return () => shared
}
