import type { RuntimeContext } from '../../framework/context.js'
import { defineErrors } from '../../framework/dispatch-failure.js'
import { ensureRoot, type Origin } from '../../framework/origin.js'
import { ensureOwnerOrRoot, ensureWindowOpen, ensureWithinLimit, type OwnerLimit, recordChange } from '../subtensor/owner-rights.js'
import { subnetExists } from '../subtensor/subnets.js'

export const adminErrors = defineErrors(19, [
  'SubnetDoesNotExist',
  'MaxValidatorsLargerThanMaxUIds',
  'MaxAllowedUIdsLessThanCurrentUIds',
  'BondsMovingAverageMaxReached',
  'NegativeSigmoidSteepness',
  'ValueNotInBounds',
  'MinAllowedUidsGreaterThanCurrentUids',
  'MinAllowedUidsGreaterThanMaxAllowedUids',
  'MaxAllowedUidsLessThanMinAllowedUids',
  'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids',
  'InvalidValue',
  'NotPermittedOnRootSubnet',
  'POWRegistrationDisabled',
  'Deprecated',
])

export const ensureSubnet = (context: RuntimeContext, netuid: number): void =>
  adminErrors.ensure(subnetExists(context.db, netuid), 'SubnetDoesNotExist')

/** Who asks for a change, of what. */
export interface ChangeRequest {
  readonly context: RuntimeContext
  readonly origin: Origin
  readonly netuid: number
}

/**
 * Makes a change that a subnet's owner or root may make: rate limit, freeze window, then the change with its own checks.
 *
 * @param change - Gets whether the owner asks, who has tighter bounds in places.
 */
export function changeAsOwner({ context, origin, netuid }: ChangeRequest, limit: OwnerLimit, change: (isOwner: boolean) => void): void {
  const owner = ensureOwnerOrRoot(context, origin, netuid)
  if (owner !== undefined) ensureWithinLimit(context, { netuid, owner, limit })
  ensureWindowOpen(context, netuid)
  change(owner !== undefined)
  if (owner !== undefined) recordChange(context, { netuid, owner, limit })
}

/** Makes a change that only root may make, outside of the freeze window. */
export function changeAsRootInWindow({ context, origin, netuid }: ChangeRequest, change: () => void): void {
  ensureRoot(origin)
  ensureWindowOpen(context, netuid)
  change()
}
