import { constant, definePallet } from '../../framework/pallet.js'
import { defineStorage, value } from '../../framework/storage-item.js'
import { slot } from '../../types/block.js'
import { boundedVec } from '../../types/compounds.js'
import { u64 } from '../../types/primitives.js'
import { auraId, MAX_AUTHORITIES } from '../admin-utils/types.js'

/** Block production by slots. A localnet has one author, who is no authority. */
export const aura = defineStorage('Aura', {
  Authorities: value(boundedVec(auraId, MAX_AUTHORITIES), []),
  /** Unix time in slots. */
  CurrentSlot: value(slot, 0n),
})

/** @param slotMs - Milliseconds between blocks: what clients take for the chain's block time. */
export const auraPallet = (slotMs: number) =>
  definePallet({
    name: 'Aura',
    index: 3,
    path: 'pallet_aura::pallet',
    storage: aura,
    onInitialize: ({ db, block }) => aura.CurrentSlot.set(db, BigInt(Math.floor(block.timestampMs / slotMs))),
    constants: { SlotDuration: constant(u64, BigInt(slotMs)) },
  })
