import { TensorKitError } from '@tensorkit/core'
import type { DispatchFailure } from '../backend/chain-backend.js'
import { otherErrors } from './other-errors.js'
import { subtensorErrors } from './subtensor-errors.js'

/**
 * Turns a dispatch error of the chain into a typed one: a code, the chain's own name, and a remedy.
 *
 * @param failure - The error as the metadata names it.
 * @param facts - What else to show: the hash and block of the extrinsic.
 */
export function dispatchError(failure: DispatchFailure, facts: Readonly<Record<string, string | number>> = {}): TensorKitError {
  const entry = failure.pallet === 'SubtensorModule' ? subtensorErrors[failure.name] : otherErrors[`${failure.pallet}.${failure.name}`]
  return new TensorKitError(entry?.code ?? 'CHAIN_DISPATCH_FAILED', `The chain refused the call: ${failure.name}`, {
    facts: { chainError: `${failure.pallet}.${failure.name}`, ...facts },
    ...(entry && { remedy: entry.remedy }),
  })
}

/**
 * The chain's own name of what went wrong, such as `SubtensorModule.SettingWeightsTooFast`, or `Pool.RateLimitExceeded`
 * where the transaction pool refused a call; undefined for errors that are not the chain's.
 */
export function chainErrorName(error: unknown): string | undefined {
  if (!TensorKitError.isInstance(error)) return undefined
  const name = error.facts.chainError
  return typeof name === 'string' ? name : undefined
}
