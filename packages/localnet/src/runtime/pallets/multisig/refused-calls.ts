import type { OuterReferences } from '../../framework/outer-types.js'
import { refusedCall } from '../../framework/refused-call.js'
import { fixedHex, option, vec } from '../../types/compounds.js'
import { u16 } from '../../types/primitives.js'
import { accountId, weight } from '../../types/well-known.js'
import { timepoint } from './types.js'

const multisigs = 'Multisigs'
const of = { threshold: u16, other_signatories: vec(accountId) }
const callHash = fixedHex(32)

export const refusedMultisig = (outer: OuterReferences) => ({
  as_multi_threshold_1: refusedCall(0, { other_signatories: vec(accountId), call: outer.call }, multisigs),
  as_multi: refusedCall(1, { ...of, maybe_timepoint: option(timepoint), call: outer.call, max_weight: weight }, multisigs),
  approve_as_multi: refusedCall(2, { ...of, maybe_timepoint: option(timepoint), call_hash: callHash, max_weight: weight }, multisigs),
  cancel_as_multi: refusedCall(3, { ...of, timepoint, call_hash: callHash }, multisigs),
  poke_deposit: refusedCall(4, { ...of, call_hash: callHash }, multisigs),
})
