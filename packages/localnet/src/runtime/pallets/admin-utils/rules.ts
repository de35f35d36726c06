import { blocksUntilNextAutoEpoch } from '../../../consensus/epoch-schedule.js'
import type { RuntimeContext } from '../../framework/context.js'
import { defineErrors, fail } from '../../framework/dispatch-failure.js'
import { ensureRoot, type Origin } from '../../framework/origin.js'
import type { TypeOf } from '../../types/ty.js'
import { ensure } from '../subtensor/errors.js'
import { passes } from '../subtensor/rate-limits.js'
import { hyperparameters, schedule } from '../subtensor/storage/hyperparameters.js'
import { stake } from '../subtensor/storage/stake.js'
import { subnets } from '../subtensor/storage/subnets.js'
import { scheduleOf } from '../subtensor/subnet-schedule.js'
import { subnetExists } from '../subtensor/subnets.js'
import type { HyperparameterName, hyperparameter } from '../subtensor/types.js'

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

/** What an owner's change is counted for: one of the hyperparameters, or the version key, which has its own limit. */
export type OwnerLimit = Exclude<HyperparameterName, 'Unknown'> | 'WeightsVersionKey'

/** The number of a version key's change among the kinds of transactions. */
const versionKeyTransaction = 4

// A union's member with a type that is itself a union does not count as one of its members.
const hyperparameterOf = (limit: HyperparameterName) => ({ type: limit, value: undefined }) as TypeOf<typeof hyperparameter>

interface OwnerChange {
  readonly netuid: number
  readonly owner: string
  readonly limit: OwnerLimit
}

function lastChange({ db }: RuntimeContext, { netuid, owner, limit }: OwnerChange): bigint {
  if (limit === 'WeightsVersionKey') return stake.TransactionKeyLastBlock.get(db, owner, netuid, versionKeyTransaction)
  return stake.LastRateLimitedBlock.get(db, { type: 'OwnerHyperparamUpdate', value: [netuid, hyperparameterOf(limit)] })
}

function recordChange({ db, block }: RuntimeContext, { netuid, owner, limit }: OwnerChange): void {
  const now = BigInt(block.number)
  if (limit === 'WeightsVersionKey') stake.TransactionKeyLastBlock.set(db, owner, netuid, versionKeyTransaction, now)
  else stake.LastRateLimitedBlock.set(db, { type: 'OwnerHyperparamUpdate', value: [netuid, hyperparameterOf(limit)] }, now)
}

/** Blocks between two changes of one hyperparameter by an owner. */
function changeInterval({ db }: RuntimeContext, netuid: number, limit: OwnerLimit): bigint {
  const tempo = BigInt(hyperparameters.Tempo.get(db, netuid))
  return (
    tempo * (limit === 'WeightsVersionKey' ? stake.WeightsVersionKeyRateLimit.get(db) : BigInt(schedule.OwnerHyperparamRateLimit.get(db)))
  )
}

/**
 * Lets root through, and a subnet's owner within the rate limit.
 *
 * @returns The owner, or undefined for root.
 */
function ensureOwnerOrRoot(context: RuntimeContext, origin: Origin, netuid: number, limit: OwnerLimit): string | undefined {
  if (origin.type === 'Root') return undefined
  const owner = origin.type === 'Signed' ? origin.who : undefined
  if (owner === undefined || owner !== subnets.SubnetOwner.get(context.db, netuid)) return fail({ type: 'BadOrigin', value: undefined })
  const last = lastChange(context, { netuid, owner, limit })
  ensure(passes(changeInterval(context, netuid, limit), last, context.block.number), 'TxRateLimitExceeded')
  return owner
}

/** Keeps the last blocks of a tempo free of changes, so that validators know what they set weights for. */
export function ensureWindowOpen({ db, block }: RuntimeContext, netuid: number): void {
  const now = BigInt(block.number)
  const times = scheduleOf(db, netuid)
  const left = blocksUntilNextAutoEpoch(times, now)
  const frozen = left !== undefined && (times.pendingEpochAt > now || left < BigInt(schedule.AdminFreezeWindow.get(db)))
  ensure(!frozen, 'AdminActionProhibitedDuringWeightsWindow')
}

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
  const owner = ensureOwnerOrRoot(context, origin, netuid, limit)
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
