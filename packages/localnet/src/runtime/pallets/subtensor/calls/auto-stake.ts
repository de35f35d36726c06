import { defineCall } from '../../../framework/call.js'
import { ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { netUid } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { ensure } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { createHotkey } from '../hotkeys.js'
import { neurons } from '../storage/neurons.js'
import { stake } from '../storage/stake.js'
import { subnetExists } from '../subnets.js'

/**
 * Stakes the incentive of a coldkey's miners on a subnet to another hotkey.
 *
 * Source: subtensor `set_coldkey_auto_stake_hotkey`, spec 424.
 */
export const setColdkeyAutoStakeHotkey = defineCall({
  index: 114,
  args: { netuid: netUid, hotkey: accountId },
  refTime: refTime({ time: 33_853_000n, reads: 4, writes: 2 }),
  run: (context, origin, { netuid, hotkey }) => {
    const { db } = context
    const coldkey = ensureSigned(origin)
    ensure(subnetExists(db, netuid), 'SubnetNotExists')
    ensure(neurons.Uids.has(db, netuid, hotkey), 'HotKeyNotRegisteredInSubNet')
    const before = stake.AutoStakeDestination.get(db, coldkey, netuid)
    if (before !== undefined) {
      ensure(before !== hotkey, 'SameAutoStakeHotkeyAlreadySet')
      const rest = stake.AutoStakeDestinationColdkeys.get(db, before, netuid).filter((known) => known !== coldkey)
      stake.AutoStakeDestinationColdkeys.set(db, before, netuid, rest)
    }
    stake.AutoStakeDestination.set(db, coldkey, netuid, hotkey)
    const coldkeys = stake.AutoStakeDestinationColdkeys.get(db, hotkey, netuid)
    if (!coldkeys.includes(coldkey)) stake.AutoStakeDestinationColdkeys.set(db, hotkey, netuid, [...coldkeys, coldkey])
    context.emit(subtensorEvents.AutoStakeDestinationSet({ coldkey, netuid, hotkey }))
  },
})

/** Gives a hotkey that nobody owns to the coldkey; one that has an owner stays as it is. Source: `do_try_associate_hotkey`, spec 424. */
export const tryAssociateHotkey = defineCall({
  index: 91,
  args: { hotkey: accountId },
  refTime: refTime({ time: 25_337_000n, reads: 3, writes: 3 }),
  run: ({ db }, origin, { hotkey }) => createHotkey(db, ensureSigned(origin), hotkey),
})
