import { Binary, Blake2256 } from '@polkadot-api/substrate-bindings'
import { defineCall } from '../../framework/call.js'
import { ensureRoot, ensureSigned } from '../../framework/origin.js'
import type { OuterReferences } from '../../framework/outer-types.js'
import { constant, definePallet, type Pallet } from '../../framework/pallet.js'
import type { RuntimeVersion } from '../../runtime.js'
import { tuple, vec } from '../../types/compounds.js'
import { bytes, u16, u32 } from '../../types/primitives.js'
import { blockLength, blockWeights, runtimeDbWeight, runtimeVersion } from '../../types/well-known.js'
import { systemErrors } from './errors.js'
import { systemEventSpecs, systemEvents } from './events.js'
import { blockHashCount, blockLengthLimits, blockWeightLimits, dbWeight, versionValue } from './limits.js'
import { refusedSystem } from './refused-calls.js'
import { systemStorage } from './storage.js'

const remark = defineCall({
  index: 0,
  args: { remark: bytes },
  refTime: 2_000_000n,
  run: (_context, origin) => {
    if (origin.type !== 'Root') ensureSigned(origin)
  },
})

const setStorage = defineCall({
  index: 4,
  args: { items: vec(tuple(bytes, bytes)) },
  refTime: 100_000_000n,
  class: 'Operational',
  run: ({ db }, origin, { items }) => {
    ensureRoot(origin)
    for (const [key, value] of items) db.set(Binary.toHex(key), value)
  },
})

const killStorage = defineCall({
  index: 5,
  args: { keys: vec(bytes) },
  refTime: 100_000_000n,
  class: 'Operational',
  run: ({ db }, origin, { keys }) => {
    ensureRoot(origin)
    for (const key of keys) db.delete(Binary.toHex(key))
  },
})

const killPrefix = defineCall({
  index: 6,
  args: { prefix: bytes, subkeys: u32 },
  refTime: 100_000_000n,
  class: 'Operational',
  run: ({ db }, origin, { prefix, subkeys }) => {
    ensureRoot(origin)
    for (const key of db.keys(Binary.toHex(prefix)).slice(0, subkeys)) db.delete(key)
  },
})

const remarkWithEvent = defineCall({
  index: 7,
  args: { remark: bytes },
  refTime: 5_000_000n,
  run: (context, origin, args) => {
    const sender = ensureSigned(origin)
    context.emit(systemEvents.Remarked({ sender, hash: Binary.toHex(Blake2256(args.remark)) }))
  },
})

/** Accounts, events and the block's own facts. `set_storage` is what Sudo uses to put a state that no call makes. */
export const systemPallet = (outer: OuterReferences, version: RuntimeVersion): Pallet =>
  definePallet({
    name: 'System',
    index: 0,
    path: 'frame_system::pallet',
    storage: systemStorage(outer),
    calls: {
      remark,
      set_storage: setStorage,
      kill_storage: killStorage,
      kill_prefix: killPrefix,
      remark_with_event: remarkWithEvent,
      ...refusedSystem,
    },
    events: systemEventSpecs,
    errors: systemErrors.names,
    constants: {
      BlockWeights: constant(blockWeights, blockWeightLimits),
      BlockLength: constant(blockLength, blockLengthLimits),
      BlockHashCount: constant(u32, blockHashCount),
      DbWeight: constant(runtimeDbWeight, dbWeight),
      Version: constant(runtimeVersion, versionValue(version)),
      SS58Prefix: constant(u16, 42),
    },
  })
