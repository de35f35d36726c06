import type { NeuronEntry } from '@tensorkit/core'
import { type Refusal, refusals } from '../refusal.js'

/** A call as the subnet's own hook sees it: proved, and not read yet. */
export interface AdmitRequest {
  /** The caller, as the directory has it now. */
  readonly caller: NeuronEntry
  /** The method's path: `/package.Service/Method`. */
  readonly path: string
  /** Aborted when the caller goes away or the deadline passes. */
  readonly signal: AbortSignal
}

/** Decides on one proved call. Anything but `true`, an exception included, refuses it. */
export type AdmitHook = (request: AdmitRequest) => boolean | Promise<boolean>

/** Who may call. Being registered on the subnet is demanded in any case. */
export interface AdmitPolicy {
  /** Whether callers must have a validator permit. @defaultValue false */
  readonly validatorPermit?: boolean
  /** The least total stake of a caller, in rao. @defaultValue 0n */
  readonly minStake?: bigint
  /** The subnet's own rule, asked last. */
  readonly hook?: AdmitHook
}

/** Holds a caller against permit and stake. No I/O. @returns What it lacks, or undefined. */
export function lackOf(caller: NeuronEntry, policy: AdmitPolicy): 'permit' | 'stake' | undefined {
  if (policy.validatorPermit === true && !caller.validatorPermit) return 'permit'
  if (policy.minStake !== undefined && caller.stake < policy.minStake) return 'stake'
  return undefined
}

/** Asks the subnet's hook, if there is one. */
export async function askHook(hook: AdmitHook, request: AdmitRequest): Promise<Refusal | undefined> {
  try {
    return (await hook(request)) === true ? undefined : refusals.hookRefused
  } catch {
    return refusals.hookFailed
  }
}
