import { defineCall } from '../../../framework/call.js'
import { fail } from '../../../framework/dispatch-failure.js'
import { ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { netUid } from '../../../types/primitives.js'
import { ensure } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { subnets } from '../storage/subnets.js'
import { subnetExists } from '../subnets.js'

/**
 * Lets a subnet's owner open it: from the next block on it emits alpha, and its alpha can be staked.
 *
 * Source: subtensor `do_start_call`, spec 425.
 */
export const startCall = defineCall({
  index: 92,
  args: { netuid: netUid },
  refTime: refTime({ time: 39_454_000n, reads: 5, writes: 2 }),
  run: (context, origin, { netuid }) => {
    const { db, block } = context
    ensure(subnetExists(db, netuid), 'SubnetNotExists')
    if (ensureSigned(origin) !== subnets.SubnetOwner.get(db, netuid)) fail({ type: 'BadOrigin', value: undefined })
    ensure(subnets.FirstEmissionBlockNumber.get(db, netuid) === undefined, 'FirstEmissionBlockNumberAlreadySet')
    const now = BigInt(block.number)
    const earliest = subnets.NetworkRegisteredAt.get(db, netuid) + subnets.StartCallDelay.get(db)
    ensure(now >= earliest, 'NeedWaitingMoreBlocksToStarCall')
    subnets.FirstEmissionBlockNumber.set(db, netuid, now + 1n)
    subnets.SubtokenEnabled.set(db, netuid, true)
    context.emit(subtensorEvents.FirstEmissionBlockNumberSet([netuid, now + 1n]))
  },
})
