import type { Logger } from '@tensorkit/core'
import type { ChainBackend } from './backend/chain-backend.js'
import type { InclusionTracker } from './submit/inclusion-tracker.js'
import type { KeyedLock } from './submit/keyed-lock.js'

/** What every action takes first: an open connection and what is shared on it. */
export interface ChainClient {
  readonly backend: ChainBackend
  readonly logger: Logger
  /** Default time-out of one request, in ms. */
  readonly timeoutMs: number
  /** One submission at a time from each key, so that nonces stay in order. */
  readonly locks: KeyedLock
  readonly tracker: InclusionTracker
}
