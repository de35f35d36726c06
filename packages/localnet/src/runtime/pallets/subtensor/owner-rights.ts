import { blocksUntilNextAutoEpoch } from '../../../consensus/epoch-schedule.js'
import type { RuntimeContext } from '../../framework/context.js'
import { fail } from '../../framework/dispatch-failure.js'
import { ensureSigned, type Origin } from '../../framework/origin.js'
import type { TypeOf } from '../../types/ty.js'
import { ensure } from './errors.js'
import { passes } from './rate-limits.js'
import { hyperparameters, schedule } from './storage/hyperparameters.js'
import { stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import { scheduleOf } from './subnet-schedule.js'
import type { HyperparameterName, hyperparameter } from './types.js'

/** Changes of an owner that are counted by kind of transaction, by the number of the kind. */
const transactionKinds = { WeightsVersionKey: 4, MechanismCount: 7, MechanismEmission: 8, MaxUidsTrimming: 9, Tempo: 11 } as const
type TransactionKind = keyof typeof transactionKinds

/** What an owner's change is counted for. */
export type OwnerLimit = Exclude<HyperparameterName, 'Unknown'> | TransactionKind

const isKind = (limit: OwnerLimit): limit is TransactionKind => limit in transactionKinds

// A union's member with a type that is itself a union does not count as one of its members.
const hyperparameterOf = (limit: HyperparameterName) => ({ type: limit, value: undefined }) as TypeOf<typeof hyperparameter>

/** Who changes what. */
export interface OwnerChange {
  readonly netuid: number
  readonly owner: string
  readonly limit: OwnerLimit
}

function lastChange({ db }: RuntimeContext, { netuid, owner, limit }: OwnerChange): bigint {
  if (isKind(limit)) return stake.TransactionKeyLastBlock.get(db, owner, netuid, transactionKinds[limit])
  return stake.LastRateLimitedBlock.get(db, { type: 'OwnerHyperparamUpdate', value: [netuid, hyperparameterOf(limit)] })
}

/** Counts a change. */
export function recordChange({ db, block }: RuntimeContext, { netuid, owner, limit }: OwnerChange): void {
  const now = BigInt(block.number)
  if (isKind(limit)) stake.TransactionKeyLastBlock.set(db, owner, netuid, transactionKinds[limit], now)
  else stake.LastRateLimitedBlock.set(db, { type: 'OwnerHyperparamUpdate', value: [netuid, hyperparameterOf(limit)] }, now)
}

/** Blocks between two changes of one thing by an owner. */
function changeInterval({ db }: RuntimeContext, netuid: number, limit: OwnerLimit): bigint {
  const tempo = BigInt(hyperparameters.Tempo.get(db, netuid))
  switch (limit) {
    case 'MechanismCount':
    case 'MechanismEmission':
      return 7200n
    case 'MaxUidsTrimming':
      return 30n * 7200n
    case 'Tempo':
      return 360n
    case 'WeightsVersionKey':
      return tempo * stake.WeightsVersionKeyRateLimit.get(db)
    default:
      return tempo * BigInt(schedule.OwnerHyperparamRateLimit.get(db))
  }
}

/** Ends the call if an owner's last change was too short a while ago. */
export function ensureWithinLimit(context: RuntimeContext, change: OwnerChange): void {
  const interval = changeInterval(context, change.netuid, change.limit)
  ensure(passes(interval, lastChange(context, change), context.block.number), 'TxRateLimitExceeded')
}

/** The signer, who must own the subnet. */
export function ensureOwner({ db }: RuntimeContext, origin: Origin, netuid: number): string {
  const who = ensureSigned(origin)
  return who === subnets.SubnetOwner.get(db, netuid) ? who : fail({ type: 'BadOrigin', value: undefined })
}

/**
 * Lets root through, and a subnet's owner.
 *
 * @returns The owner, or undefined for root.
 */
export const ensureOwnerOrRoot = (context: RuntimeContext, origin: Origin, netuid: number): string | undefined =>
  origin.type === 'Root' ? undefined : ensureOwner(context, origin, netuid)

/** Keeps the last blocks of a tempo free of changes, so that validators know what they set weights for. */
export function ensureWindowOpen({ db, block }: RuntimeContext, netuid: number): void {
  const now = BigInt(block.number)
  const times = scheduleOf(db, netuid)
  const left = blocksUntilNextAutoEpoch(times, now)
  const frozen = left !== undefined && (times.pendingEpochAt > now || left < BigInt(schedule.AdminFreezeWindow.get(db)))
  ensure(!frozen, 'AdminActionProhibitedDuringWeightsWindow')
}
