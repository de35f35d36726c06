import type { Logger, NeuronEntry, Ss58Address } from '@tensorkit/core'

/** What a handler is told about its call. */
export interface CallContext {
  /** Who calls, proved by signature: the directory's entry at admission. */
  readonly caller: NeuronEntry
  /** The caller's hotkey: `caller.hotkey`. */
  readonly hotkey: Ss58Address
  /** The method's path: `/package.Service/Method`. */
  readonly path: string
  /** Aborted when the caller cancels, the deadline passes or the connection is lost. Pass it on to everything that waits. */
  readonly signal: AbortSignal
  /** When the reply is due: unix ms. */
  readonly deadline: number
  /** The axon's log. */
  readonly log: Logger
}
