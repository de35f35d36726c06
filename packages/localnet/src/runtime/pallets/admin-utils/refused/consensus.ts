import { refusedCall } from '../../../framework/refused-call.js'
import { option, vec } from '../../../types/compounds.js'
import { i16, mechId, netUid, u16 } from '../../../types/primitives.js'

const sigmoid = 'The shape of the sigmoid'
const mechanisms = 'More than one incentive mechanism'
const immunity = 'The immunity of neurons other than the default'
const trimming = 'Trimming of uids'

/** What governs consensus, neurons and mechanisms. */
export const refusedConsensus = {
  sudo_set_rho: refusedCall(17, { netuid: netUid, rho: u16 }, sigmoid),
  sudo_set_alpha_sigmoid_steepness: refusedCall(68, { netuid: netUid, steepness: i16 }, sigmoid),
  sudo_set_activity_cutoff: refusedCall(18, { netuid: netUid, activity_cutoff: u16 }, 'The activity cutoff in blocks'),
  sudo_set_commit_reveal_version: refusedCall(71, { version: u16 }, 'The version of commit and reveal'),
  sudo_set_mechanism_count: refusedCall(76, { netuid: netUid, mechanism_count: mechId }, mechanisms),
  sudo_set_mechanism_emission_split: refusedCall(77, { netuid: netUid, maybe_split: option(vec(u16)) }, mechanisms),
  sudo_set_max_mechanism_count: refusedCall(88, { max_mechanism_count: mechId }, mechanisms),
  sudo_set_owner_immune_neuron_limit: refusedCall(72, { netuid: netUid, immune_neurons: u16 }, immunity),
  sudo_set_min_non_immune_uids: refusedCall(84, { netuid: netUid, min: u16 }, immunity),
  sudo_set_min_allowed_uids: refusedCall(79, { netuid: netUid, min_allowed_uids: u16 }, trimming),
  sudo_trim_to_max_allowed_uids: refusedCall(78, { netuid: netUid, max_n: u16 }, trimming),
}
