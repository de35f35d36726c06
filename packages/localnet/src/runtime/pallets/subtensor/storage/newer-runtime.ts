import { defineStorage, identity, map } from '../../../framework/storage-item.js'
import { enumeration } from '../../../types/compounds.js'
import { netUid, u16 } from '../../../types/primitives.js'

const epochConsensus = enumeration('EpochConsensus', { Yuma: [0], Null: [1] })

/**
 * What spec 424 has not yet and bittensor 11.3.0 reads before it signs: it gives up where the metadata lacks them. Nothing
 * sets them; their defaults mean what spec 424 does.
 */
export const newerRuntime = defineStorage('SubtensorModule', {
  /** By netuid. Read for `set_weights`. */
  SubnetEpochConsensus: map([identity(netUid)], epochConsensus, { type: 'Yuma', value: undefined }),
  /** By netuid; the part of a registration's price that is locked, of 65,535. Read for `burned_register`. */
  CollateralLockShare: map([identity(netUid)], u16, 0),
})
