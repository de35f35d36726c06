import { refTime } from '../../framework/weight.js'
import { option, vec } from '../../types/compounds.js'
import { i16, mechId, u16 } from '../../types/primitives.js'
import { ensure } from '../subtensor/errors.js'
import { subtensorEvents } from '../subtensor/events.js'
import { setEmissionSplit, setMechanismCount } from '../subtensor/mechanisms.js'
import { hyperparameters } from '../subtensor/storage/hyperparameters.js'
import { legacy } from '../subtensor/storage/legacy.js'
import { subnets } from '../subtensor/storage/subnets.js'
import { trimUids } from '../subtensor/trim-uids.js'
import { keep, keepOfSubnet, rootCall, subnetCall } from './admin-call.js'
import { adminErrors } from './rules.js'

/** Most mechanisms that any subnet may have. */
const MAX_MECHANISMS = 16
/** Most of an owner's neurons that are never replaced. */
const MAX_IMMUNE_OWNER_UIDS = 10

/** What governs consensus, mechanisms and which neurons stay. */
export const neuronCalls = {
  sudo_set_rho: subnetCall({
    index: 17,
    args: { rho: u16 },
    refTime: refTime({ time: 31_268_000n, reads: 5, writes: 1 }),
    by: 'Rho',
    subnet: 'exists',
    // The chain tells of this by no event.
    set: ({ db }, { netuid, rho }) => hyperparameters.Rho.set(db, netuid, rho),
  }),
  /** Epochs go by the factor of the tempo; this is what older clients read. */
  sudo_set_activity_cutoff: subnetCall({
    index: 18,
    args: { activity_cutoff: u16 },
    refTime: refTime({ time: 35_165_000n, reads: 6, writes: 1 }),
    by: 'ActivityCutoff',
    subnet: 'exists',
    set: (context, { netuid, activity_cutoff: blocks }) => {
      ensure(blocks >= legacy.MinActivityCutoff.get(context.db), 'ActivityCutoffTooLow')
      hyperparameters.ActivityCutoff.set(context.db, netuid, blocks)
      context.emit(subtensorEvents.ActivityCutoffSet([netuid, blocks]))
    },
  }),
  sudo_set_alpha_sigmoid_steepness: subnetCall({
    index: 68,
    args: { steepness: i16 },
    refTime: refTime({ time: 31_438_000n, reads: 5, writes: 1 }),
    by: 'AlphaSigmoidSteepness',
    subnet: 'exists',
    set: ({ db }, { netuid, steepness }, isOwner) => {
      adminErrors.ensure(!isOwner || steepness >= 0, 'NegativeSigmoidSteepness')
      hyperparameters.AlphaSigmoidSteepness.set(db, netuid, steepness)
    },
  }),
  sudo_set_commit_reveal_version: rootCall({
    index: 71,
    args: { version: u16 },
    refTime: refTime({ time: 6_052_000n, writes: 1 }),
    set: keep('version', hyperparameters.CommitRevealWeightsVersion, subtensorEvents.CommitRevealVersionSet),
  }),
  sudo_set_owner_immune_neuron_limit: subnetCall({
    index: 72,
    args: { immune_neurons: u16 },
    refTime: refTime({ time: 25_107_000n, reads: 4, writes: 1 }),
    by: 'ImmuneNeuronLimit',
    set: ({ db }, { netuid, immune_neurons: limit }) => {
      ensure(limit >= 1 && limit <= MAX_IMMUNE_OWNER_UIDS, 'InvalidValue')
      hyperparameters.ImmuneOwnerUidsLimit.set(db, netuid, limit)
    },
  }),
  sudo_set_mechanism_count: subnetCall({
    index: 76,
    args: { mechanism_count: mechId },
    refTime: refTime({ time: 15_000_000n, reads: 1, writes: 1 }),
    by: 'MechanismCount',
    set: ({ db }, { netuid, mechanism_count: count }) => setMechanismCount(db, netuid, count),
  }),
  sudo_set_mechanism_emission_split: subnetCall({
    index: 77,
    args: { maybe_split: option(vec(u16)) },
    refTime: refTime({ time: 15_000_000n, reads: 1, writes: 1 }),
    by: 'MechanismEmission',
    set: ({ db }, { netuid, maybe_split: split }) => setEmissionSplit(db, netuid, split),
  }),
  sudo_trim_to_max_allowed_uids: subnetCall({
    index: 78,
    args: { max_n: u16 },
    refTime: refTime({ time: 38_302_000n, reads: 8, writes: 1 }),
    by: 'MaxUidsTrimming',
    set: (context, { netuid, max_n: most }) => trimUids(context, netuid, most),
  }),
  sudo_set_min_allowed_uids: subnetCall({
    index: 79,
    args: { min_allowed_uids: u16 },
    refTime: refTime({ time: 37_890_000n, reads: 7, writes: 1 }),
    by: 'root-in-window',
    subnet: 'exists',
    set: (context, { netuid, min_allowed_uids: least }) => {
      const { db } = context
      adminErrors.ensure(least < hyperparameters.MaxAllowedUids.get(db, netuid), 'MinAllowedUidsGreaterThanMaxAllowedUids')
      adminErrors.ensure(least < subnets.SubnetworkN.get(db, netuid), 'MinAllowedUidsGreaterThanCurrentUids')
      hyperparameters.MinAllowedUids.set(db, netuid, least)
      context.emit(subtensorEvents.MinAllowedUidsSet([netuid, least]))
    },
  }),
  sudo_set_min_non_immune_uids: subnetCall({
    index: 84,
    args: { min: u16 },
    refTime: refTime({ time: 6_783_000n, writes: 1 }),
    by: 'root',
    set: keepOfSubnet('min', hyperparameters.MinNonImmuneUids, subtensorEvents.MinNonImmuneUidsSet),
  }),
  sudo_set_max_mechanism_count: rootCall({
    index: 88,
    args: { max_mechanism_count: mechId },
    refTime: refTime({ time: 15_000_000n, reads: 1, writes: 1 }),
    set: ({ db }, { max_mechanism_count: most }) => {
      ensure(most > 0 && most <= MAX_MECHANISMS, 'InvalidValue')
      hyperparameters.MaxMechanismCount.set(db, most)
    },
  }),
}
