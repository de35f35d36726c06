import { I96F32 } from '../../../../consensus/fixed-point.js'
import { defineCall } from '../../../framework/call.js'
import { ensureRoot, ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { btreeSet } from '../../../types/compounds.js'
import { netUid, u16, u64 } from '../../../types/primitives.js'
import { claimRoot as claim } from '../claim-root.js'
import { ensure } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { ensureOwnerOrRoot } from '../owner-rights.js'
import { addRootStaker } from '../root-claims.js'
import { rootClaims } from '../storage/root-claims.js'
import { rootClaimType } from '../types.js'

const MAX_SUBNETS = 5
const MAX_CLAIMS_IN_BLOCK = 50n
const MAX_THRESHOLD = 10_000_000n

/** Claims what stake on root has earned on some subnets. */
export const claimRoot = defineCall({
  index: 121,
  args: { subnets: btreeSet(u16) },
  refTime: refTime({ time: 138_999_000n, reads: 16, writes: 4 }),
  run: (context, origin, { subnets }) => {
    const coldkey = ensureSigned(origin)
    ensure(subnets.length > 0 && subnets.length <= MAX_SUBNETS, 'InvalidSubnetNumber')
    addRootStaker(context.db, coldkey)
    claim(context, coldkey, subnets)
  },
})

/** Says whether a coldkey's claims become TAO on root or stay alpha. */
export const setRootClaimType = defineCall({
  index: 122,
  args: { new_root_claim_type: rootClaimType },
  refTime: refTime({ time: 18_283_000n, reads: 2, writes: 4 }),
  run: (context, origin, { new_root_claim_type: type }) => {
    const coldkey = ensureSigned(origin)
    ensure(type.type !== 'KeepSubnets' || type.value.subnets.length > 0, 'InvalidSubnetNumber')
    addRootStaker(context.db, coldkey)
    rootClaims.RootClaimType.set(context.db, coldkey, type)
    context.emit(subtensorEvents.RootClaimTypeSet({ coldkey, root_claim_type: type }))
  },
})

/** How many coldkeys' claims a block makes for them. */
export const sudoSetNumRootClaims = defineCall({
  index: 123,
  args: { new_value: u64 },
  refTime: refTime({ time: 2_735_000n, writes: 1 }),
  run: ({ db }, origin, { new_value: value }) => {
    ensureRoot(origin)
    ensure(value <= MAX_CLAIMS_IN_BLOCK, 'InvalidNumRootClaim')
    rootClaims.NumRootClaim.set(db, value)
  },
})

/** The least claim on a subnet, in alpha's rao. */
export const sudoSetRootClaimThreshold = defineCall({
  index: 124,
  args: { netuid: netUid, new_value: u64 },
  refTime: refTime({ time: 5_681_000n, writes: 1 }),
  run: (context, origin, { netuid, new_value: value }) => {
    ensureOwnerOrRoot(context, origin, netuid)
    ensure(value <= MAX_THRESHOLD, 'InvalidRootClaimThreshold')
    rootClaims.RootClaimableThreshold.set(context.db, netuid, { bits: I96F32.fromInt(value) })
  },
})
