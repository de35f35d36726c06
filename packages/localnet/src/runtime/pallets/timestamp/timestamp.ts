import { defineCall } from '../../framework/call.js'
import { fail } from '../../framework/dispatch-failure.js'
import { ensureNone } from '../../framework/origin.js'
import { constant, definePallet } from '../../framework/pallet.js'
import { defineStorage, value } from '../../framework/storage-item.js'
import { bool, compactU64, u64 } from '../../types/primitives.js'

export const timestamp = defineStorage('Timestamp', {
  /** Unix ms. */
  Now: value(u64, 0n),
  DidUpdate: value(bool, false),
})

const set = defineCall({
  index: 0,
  args: { now: compactU64 },
  refTime: 134_000_000n,
  class: 'Mandatory',
  run: ({ db }, origin, { now }) => {
    ensureNone(origin)
    // A manual seal may ask for many blocks in one moment: blocks need not be minimumPeriod apart, but must not go back.
    if (timestamp.DidUpdate.get(db) || now < timestamp.Now.get(db)) fail({ type: 'Other', value: undefined })
    timestamp.Now.set(db, now)
    timestamp.DidUpdate.set(db, true)
  },
})

/** The time of the block. @param slotMs - Milliseconds between blocks. */
export const timestampPallet = (slotMs: number) =>
  definePallet({
    name: 'Timestamp',
    index: 2,
    path: 'pallet_timestamp::pallet',
    storage: timestamp,
    calls: { set },
    onFinalize: ({ db }) => timestamp.DidUpdate.remove(db),
    constants: { MinimumPeriod: constant(u64, BigInt(Math.floor(slotMs / 2))) },
  })
