import { createHash } from 'node:crypto'
import type { InferRequest, Method } from '@tensorkit/core'
import type { RequestFor } from './dendrite.js'
import type { Target } from './target.js'

/** A request's bytes and their hash: made once, sent to many. */
export interface PreparedRequest {
  readonly body: Uint8Array
  /** 64 lower-case hex digits; made when first asked for, since a session needs none. */
  bodySha256(): string
}

/** Serialises. @throws PROTOCOL_ENCODE_FAILED. */
export function prepareRequest<M extends Method>(method: M, request: InferRequest<M>): PreparedRequest {
  const body = method.request.encode(request)
  let sha256: string | undefined
  return {
    body,
    bodySha256() {
      sha256 ??= createHash('sha256').update(body).digest('hex')
      return sha256
    },
  }
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
