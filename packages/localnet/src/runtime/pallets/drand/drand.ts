import { defineCall } from '../../framework/call.js'
import { defineErrors } from '../../framework/dispatch-failure.js'
import { defineEvents } from '../../framework/events.js'
import { ensureRoot } from '../../framework/origin.js'
import { constant, definePallet } from '../../framework/pallet.js'
import { refusedCall } from '../../framework/refused-call.js'
import { refTime } from '../../framework/weight.js'
import { option, type VariantSpec, vec } from '../../types/compounds.js'
import { u64 } from '../../types/primitives.js'
import { multiSignature } from '../../types/well-known.js'
import { drand } from './storage.js'
import { beaconConfigurationPayload, pulsesPayload } from './types.js'

const eventSpecs = {
  BeaconConfigChanged: [0],
  NewPulse: [1, { rounds: vec(u64) }],
  SetOldestStoredRound: [2, u64],
} as const satisfies Record<string, VariantSpec>

const events = defineEvents('Drand', eventSpecs)

const errors = defineErrors(26, [
  'NoneValue',
  'StorageOverflow',
  'DrandConnectionFailure',
  'UnverifiedPulse',
  'InvalidRoundNumber',
  'PulseVerificationError',
])

/** Root names another beacon. Nobody looks at the signature. */
const setBeaconConfig = defineCall({
  index: 1,
  args: { config_payload: beaconConfigurationPayload, signature: option(multiSignature) },
  refTime: refTime({ time: 8_766_000n, writes: 2 }),
  run: (context, origin, { config_payload: { config } }) => {
    ensureRoot(origin)
    drand.BeaconConfig.set(context.db, config)
    drand.NextUnsignedAt.set(context.db, context.block.number + 1)
    context.emit(events.BeaconConfigChanged())
  },
})

/** Root says which round is the oldest that is kept. */
const setOldestStoredRound = defineCall({
  index: 2,
  args: { oldest_round: u64 },
  refTime: refTime({ time: 5_370_000n, writes: 1 }),
  run: (context, origin, { oldest_round: round }) => {
    ensureRoot(origin)
    drand.OldestStoredRound.set(context.db, round)
    context.emit(events.SetOldestStoredRound(round))
  },
})

/**
 * The beacon of randomness whose pulses open timelocks. On the chain, nodes fetch them; no pulse reaches this model, so
 * what is sealed stays sealed.
 */
export const drandPallet = definePallet({
  name: 'Drand',
  index: 26,
  path: 'pallet_drand::pallet',
  storage: drand,
  calls: {
    write_pulse: refusedCall(0, { pulses_payload: pulsesPayload, signature: option(multiSignature) }, 'A pulse of the drand beacon'),
    set_beacon_config: setBeaconConfig,
    set_oldest_stored_round: setOldestStoredRound,
  },
  events: eventSpecs,
  errors: errors.names,
  constants: { UnsignedPriority: constant(u64, 1_048_576n), HttpFetchTimeout: constant(u64, 1000n) },
})
