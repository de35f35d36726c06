import type { EpochSchedule } from '../../../consensus/epoch-schedule.js'
import type { Storage } from '../../../state/storage.js'
import { hyperparameters, schedule } from './storage/hyperparameters.js'

/** What decides when a subnet's epochs run. */
export const scheduleOf = (db: Storage, netuid: number): EpochSchedule => ({
  lastEpochBlock: schedule.LastEpochBlock.get(db, netuid),
  pendingEpochAt: schedule.PendingEpochAt.get(db, netuid),
  subnetEpochIndex: schedule.SubnetEpochIndex.get(db, netuid),
  tempo: hyperparameters.Tempo.get(db, netuid),
  blocksSinceLastStep: schedule.BlocksSinceLastStep.get(db, netuid),
})
