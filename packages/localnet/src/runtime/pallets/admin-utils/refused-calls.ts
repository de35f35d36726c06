import { refusedCall } from '../../framework/refused-call.js'
import { option, vec } from '../../types/compounds.js'
import { mechId, netUid, u16 } from '../../types/primitives.js'

export const refusedCalls = {
  sudo_set_mechanism_count: refusedCall(76, { netuid: netUid, mechanism_count: mechId }, 'More than one incentive mechanism'),
  sudo_set_mechanism_emission_split: refusedCall(
    77,
    { netuid: netUid, maybe_split: option(vec(u16)) },
    'More than one incentive mechanism',
  ),
}
