import type { Storage } from '../../../state/storage.js'
import { subnets } from './storage/subnets.js'

/** All netuids, root's 0 among them, in the order of their storage keys. */
export const allNetuids = (db: Storage): number[] => subnets.NetworksAdded.keys(db).map(([netuid]) => netuid)

/** Whether there is such a subnet. */
export const subnetExists = (db: Storage, netuid: number): boolean => subnets.NetworksAdded.get(db, netuid)
