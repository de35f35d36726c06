import { type CallDefinition, defineCall } from '../../framework/call.js'
import { fail } from '../../framework/dispatch-failure.js'
import { type Fields, option, vec } from '../../types/compounds.js'
import { mechId, netUid, u16 } from '../../types/primitives.js'

/** A call that is known, so that it can be refused by name: what it sets has no effect in this model. */
const refused = <const A extends Fields>(index: number, args: A, what: string): CallDefinition<A> =>
  defineCall<A>({ index, args, refTime: 0n, notModelled: () => what, run: () => fail({ type: 'Unavailable', value: undefined }) })

export const refusedCalls = {
  sudo_set_mechanism_count: refused(76, { netuid: netUid, mechanism_count: mechId }, 'More than one incentive mechanism'),
  sudo_set_mechanism_emission_split: refused(77, { netuid: netUid, maybe_split: option(vec(u16)) }, 'More than one incentive mechanism'),
}
