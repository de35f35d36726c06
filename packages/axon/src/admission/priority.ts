import type { NeuronEntry } from '@tensorkit/core'

/** A call as the `priority` hook sees it: proved and admitted, and not read yet. */
export interface PriorityRequest {
  /** The caller, as the directory has it now. */
  readonly caller: NeuronEntry
  /** The method's path: `/package.Service/Method`. */
  readonly path: string
}

/**
 * Says how urgent a call is, when there are more than can run: 0 or more, the higher the sooner.
 *
 * Each doubling of `1 + priority` is worth 16 turns of waiting, up to 2^64. What is no such number, an exception
 * included, is the lowest. It is asked while others wait: it must not block.
 */
export type PriorityHook = (request: PriorityRequest) => number | bigint

const maxDoublings = 64
const turnsPerDoubling = 16

/** The lead of the highest priority over the lowest, in turns. */
export const maxLeadTurns = maxDoublings * turnsPerDoubling

/** How many turns a priority is ahead of the lowest: 0 to {@link maxLeadTurns}, and 0 for what is no number from 0. */
export function leadOf(priority: number | bigint): number {
  if (typeof priority !== 'number' && typeof priority !== 'bigint') return 0
  const doublings = Math.log2(1 + Number(priority))
  return doublings > 0 ? Math.min(doublings, maxDoublings) * turnsPerDoubling : 0
}

/** The priority of a call: by the hook if there is one, else the caller's stake in rao. */
export function priorityOf(hook: PriorityHook | undefined, request: PriorityRequest): number | bigint {
  if (hook === undefined) return request.caller.stake
  try {
    return hook(request)
  } catch {
    return 0
  }
}
