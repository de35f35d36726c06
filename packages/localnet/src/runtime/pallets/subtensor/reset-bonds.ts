import type { Storage } from '../../../state/storage.js'
import { mechanismIndexes } from './neurons.js'
import { hyperparameters } from './storage/hyperparameters.js'
import { neurons } from './storage/neurons.js'

/**
 * Forgets the bonds of all validators to a neuron, where the subnet has that on.
 *
 * Source: subtensor `do_reset_bonds`, spec 425.
 */
export function resetBonds(db: Storage, netuid: number, hotkey: string): void {
  const uid = neurons.Uids.get(db, netuid, hotkey)
  if (uid === undefined || !hyperparameters.BondsResetOn.get(db, netuid)) return
  for (const index of mechanismIndexes(db, netuid)) {
    for (const [, validator] of neurons.Bonds.keys(db, index)) {
      const row = neurons.Bonds.get(db, index, validator)
      const kept = row.filter(([target]) => target !== uid)
      if (kept.length < row.length) neurons.Bonds.set(db, index, validator, kept)
    }
  }
}
