import type { Storage } from '../../../../state/storage.js'
import { defineCall } from '../../../framework/call.js'
import { ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { accountId } from '../../../types/well-known.js'
import { ensure } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { becomeDelegate, createHotkey } from '../hotkeys.js'
import { appendNeuron, replaceNeuron } from '../neurons.js'
import { hotkeyAlpha } from '../stake-pool.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { subnets } from '../storage/subnets.js'

/** The validator on root with the least stake. */
function weakest(db: Storage): { readonly uid: number; readonly stake: bigint } {
  let least: { uid: number; stake: bigint } | undefined
  for (const [, uid] of neurons.Keys.keys(db, 0)) {
    const stake = hotkeyAlpha(db, neurons.Keys.get(db, 0, uid), 0)
    if (!least || stake < least.stake) least = { uid, stake }
  }
  return least ?? { uid: 0, stake: 2n ** 64n - 1n }
}

/**
 * Makes a hotkey a validator on root: behind the others, or where root is full in the place of the one with the least
 * stake.
 *
 * Source: subtensor `do_root_register`, spec 424.
 */
export const rootRegister = defineCall({
  index: 62,
  args: { hotkey: accountId },
  refTime: refTime({ time: 103_934_000n, reads: 19, writes: 16 }),
  run: (context, origin, { hotkey }) => {
    const { db, block } = context
    const coldkey = ensureSigned(origin)
    const now = BigInt(block.number)
    const inBlock = subnets.RegistrationsThisBlock.get(db, 0)
    const inInterval = subnets.RegistrationsThisInterval.get(db, 0)
    ensure(inBlock < subnets.MaxRegistrationsPerBlock.get(db, 0), 'TooManyRegistrationsThisBlock')
    ensure(inInterval < subnets.TargetRegistrationsPerInterval.get(db, 0) * 3, 'TooManyRegistrationsThisInterval')
    ensure(!neurons.Uids.has(db, 0, hotkey), 'HotKeyAlreadyRegisteredInSubNet')
    createHotkey(db, coldkey, hotkey)
    let uid = subnets.SubnetworkN.get(db, 0)
    if (uid < hyperparameters.MaxAllowedUids.get(db, 0)) {
      appendNeuron(db, 0, hotkey, now)
    } else {
      const replaced = weakest(db)
      ensure(replaced.stake < hotkeyAlpha(db, hotkey, 0), 'StakeTooLowForRoot')
      uid = replaced.uid
      replaceNeuron(db, { netuid: 0, uid, hotkey, block: now })
    }
    becomeDelegate(db, hotkey)
    subnets.RegistrationsThisInterval.set(db, 0, inInterval + 1)
    subnets.RegistrationsThisBlock.set(db, 0, inBlock + 1)
    context.emit(subtensorEvents.NeuronRegistered([0, uid, hotkey]))
  },
})
