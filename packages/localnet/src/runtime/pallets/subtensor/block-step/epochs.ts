import { distributeEpoch, epochEmissionOf, type PendingEmission } from '../../../../coinbase/distribute-epoch.js'
import { shouldRunEpoch } from '../../../../consensus/epoch-schedule.js'
import { runMechanisms } from '../../../../consensus/run-mechanisms.js'
import type { Storage } from '../../../../state/storage.js'
import type { RuntimeContext } from '../../../framework/context.js'
import type { StorageItem } from '../../../framework/storage-item.js'
import { subtensorEvents } from '../events.js'
import { mechanismIndex } from '../neurons.js'
import { hyperparameters, schedule } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { pools } from '../storage/stake.js'
import { scheduleOf } from '../subnet-schedule.js'
import { allNetuids } from '../subnets.js'
import { dividendEarners } from './dividends.js'
import { epochInputs, perUid } from './epoch-input.js'
import { ownersHotkeys, payOut } from './pay-out.js'

const drain = (db: Storage, item: StorageItem<[number], bigint, bigint>, netuid: number): bigint => {
  const amount = item.get(db, netuid)
  item.set(db, netuid, 0n)
  return amount
}

/** Whether every uid has its own hotkey; an epoch of a broken subnet is skipped. */
function isConsistent(db: Storage, netuid: number): boolean {
  const hotkeys = neurons.Keys.keys(db, netuid).map(([, uid]) => neurons.Keys.get(db, netuid, uid))
  return new Set(hotkeys).size === hotkeys.length
}

interface DueEpoch {
  readonly netuid: number
  readonly pending: PendingEmission
}

/**
 * Advances every subnet's schedule, and drains what has gathered for those whose epoch is due. Beyond the cap of epochs
 * a block they wait for the next one.
 *
 * Source: subtensor `drain_pending`, spec 425.
 */
function dueEpochs(context: RuntimeContext): DueEpoch[] {
  const { db, block } = context
  const now = BigInt(block.number)
  const cap = schedule.MaxEpochsPerBlock.get(db)
  const due: DueEpoch[] = []
  for (const netuid of allNetuids(db)) {
    if (netuid === 0) continue
    schedule.BlocksSinceLastStep.set(db, netuid, schedule.BlocksSinceLastStep.get(db, netuid) + 1n)
    if (!shouldRunEpoch(scheduleOf(db, netuid), now)) continue
    if (due.length >= cap) {
      schedule.PendingEpochAt.set(db, netuid, now + 1n)
      context.emit(subtensorEvents.EpochDeferred({ netuid, from_block: now, to_block: now + 1n }))
      continue
    }
    if (isConsistent(db, netuid)) {
      schedule.BlocksSinceLastStep.set(db, netuid, 0n)
      const pending = {
        server: drain(db, pools.PendingServerEmission, netuid),
        validator: drain(db, pools.PendingValidatorEmission, netuid),
        root: drain(db, pools.PendingRootAlphaDivs, netuid),
        ownerCut: drain(db, pools.PendingOwnerCut, netuid),
      }
      due.push({ netuid, pending })
    } else {
      context.emit(subtensorEvents.EpochSkipped({ netuid, block: now }))
    }
    schedule.LastEpochBlock.set(db, netuid, now)
    schedule.PendingEpochAt.set(db, netuid, 0n)
    schedule.SubnetEpochIndex.set(db, netuid, schedule.SubnetEpochIndex.get(db, netuid) + 1n)
  }
  return due
}

/** Runs one epoch: consensus of each mechanism over weights and stake, its results stored, the alpha given out. */
function runOne(context: RuntimeContext, { netuid, pending }: DueEpoch): void {
  const { db, block } = context
  const { mechanisms, subnet: output } = runMechanisms({
    epochs: epochInputs(context, netuid),
    emission: epochEmissionOf(pending),
    split: hyperparameters.MechanismEmissionSplit.get(db, netuid),
  })
  mechanisms.forEach((own, mechanism) => {
    const index = mechanismIndex(netuid, mechanism)
    neurons.Incentive.set(db, index, [...own.incentive])
    context.emit(subtensorEvents.IncentiveAlphaEmittedToMiners({ netuid: index, emissions: [...own.serverEmission] }))
    for (const [uid, row] of own.bonds.entries()) {
      const bonds = row.map(([target, bond]): [number, number] => [target, bond])
      neurons.Bonds.set(db, index, uid, bonds)
    }
  })
  neurons.Active.set(db, netuid, [...output.active])
  neurons.Emission.set(db, netuid, [...output.emission])
  neurons.Consensus.set(db, netuid, [...output.consensus])
  neurons.Dividends.set(db, netuid, [...output.dividends])
  neurons.ValidatorTrust.set(db, netuid, [...output.validatorTrust])
  neurons.ValidatorPermit.set(db, netuid, [...output.validatorPermit])
  neurons.StakeWeight.set(db, netuid, [...output.stakeWeight])
  const hotkeys = perUid(db, netuid, (uid) => neurons.Keys.get(db, netuid, uid))
  const withheld = ownersHotkeys(db, netuid, hotkeys)
  const validators = hotkeys.map((hotkey, uid) => ({ hotkey, dividend: output.validatorEmission[uid] ?? 0n }))
  const earners = dividendEarners(db, netuid, validators)
  const distribution = distributeEpoch({
    pending,
    miners: hotkeys.map((hotkey, uid) => ({
      serverEmission: output.serverEmission[uid] ?? 0n,
      ownedBySubnetOwner: withheld.has(hotkey),
    })),
    earners,
    taoWeight: hyperparameters.TaoWeight.get(db),
  })
  payOut(context, netuid, distribution, { miners: hotkeys, earners: earners.map(({ hotkey }) => hotkey) })
  schedule.LastMechansimStepBlock.set(db, netuid, BigInt(block.number))
}

/** Runs the epochs that are due. */
export function runEpochs(context: RuntimeContext): void {
  for (const due of dueEpochs(context)) runOne(context, due)
}
