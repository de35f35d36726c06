import { refusedCall } from '../../../../framework/refused-call.js'
import { alphaBalance, bool, netUid } from '../../../../types/primitives.js'
import { accountId } from '../../../../types/well-known.js'

const locking = 'Locking of stake'

/** Locks and conviction. */
export const refusedLocks = {
  lock_stake: refusedCall(136, { hotkey: accountId, netuid: netUid, amount: alphaBalance }, locking),
  move_lock: refusedCall(137, { destination_hotkey: accountId, netuid: netUid }, locking),
  set_perpetual_lock: refusedCall(138, { netuid: netUid, enabled: bool }, locking),
}
