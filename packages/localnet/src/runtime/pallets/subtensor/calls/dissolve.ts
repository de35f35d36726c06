import { defineCall } from '../../../framework/call.js'
import { ensureRoot } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { netUid } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { dissolveSubnet } from '../dissolve-subnet.js'

const time = refTime({ time: 119_000_000n, reads: 6, writes: 31 })

/** Ends a subnet. For root alone; the coldkey is not looked at. */
const dissolveNetwork = defineCall({
  index: 61,
  args: { coldkey: accountId, netuid: netUid },
  refTime: time,
  run: (context, origin, { netuid }) => {
    ensureRoot(origin)
    dissolveSubnet(context, netuid)
  },
})

/** The same by another name. */
const rootDissolveNetwork = defineCall({
  index: 120,
  args: { netuid: netUid },
  refTime: time,
  run: (context, origin, { netuid }) => {
    ensureRoot(origin)
    dissolveSubnet(context, netuid)
  },
})

/** The end of subnets. */
export const dissolveCalls = { dissolve_network: dissolveNetwork, root_dissolve_network: rootDissolveNetwork }
