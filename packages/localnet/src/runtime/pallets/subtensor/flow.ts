import type { Storage } from '../../../state/storage.js'
import { flows } from './storage/flows.js'

/** Counts TAO that stakers bring to a subnet, or take from it (negative); in rao. */
export const recordTaoFlow = (db: Storage, netuid: number, tao: bigint): void => {
  if (tao !== 0n) flows.SubnetTaoFlow.set(db, netuid, flows.SubnetTaoFlow.get(db, netuid) + tao)
}

/** Counts TAO that the chain itself brings to a subnet, or takes from it (negative); in rao. */
export const recordProtocolFlow = (db: Storage, netuid: number, tao: bigint): void => {
  if (tao !== 0n) flows.SubnetProtocolFlow.set(db, netuid, flows.SubnetProtocolFlow.get(db, netuid) + tao)
}
