import { Binary } from '@polkadot-api/substrate-bindings'
import { blake2b256 } from '@tensorkit/core/crypto'
import { defineCall } from '../../../framework/call.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { ensureRoot, ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { bool, taoBalance } from '../../../types/primitives.js'
import { accountId, h256 } from '../../../types/well-known.js'
import { spendable } from '../../balances/accounts.js'
import { ensure, failWith } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { keySwaps } from '../storage/key-swaps.js'
import { locks } from '../storage/locks.js'
import { swapColdkeys } from '../swap-coldkey.js'
import { recycleTao } from '../tao.js'

/** What the first announcement costs, in rao. */
const SWAP_COST = 100_000_000n
/** A coldkey that takes stake of which a part is locked. */
const ACCEPTS_LOCKED_ALPHA = 1n

function charge(context: RuntimeContext, coldkey: string, cost: bigint): void {
  ensure(cost <= spendable(context.db, coldkey), 'NotEnoughBalanceToPaySwapColdKey')
  recycleTao(context, coldkey, cost)
}

/** Announces the coldkey to come by the hash of its key; again only some time after the swap could have been. */
export const announceColdkeySwap = defineCall({
  index: 125,
  args: { new_coldkey_hash: h256 },
  refTime: refTime({ time: 47_248_000n, reads: 4, writes: 3 }),
  run: (context, origin, { new_coldkey_hash: hash }) => {
    const { db, block } = context
    const who = ensureSigned(origin)
    const announced = keySwaps.ColdkeySwapAnnouncements.get(db, who)
    if (announced) {
      const earliest = announced[0] + keySwaps.ColdkeySwapReannouncementDelay.get(db)
      ensure(block.number >= earliest, 'ColdkeySwapReannouncedTooEarly')
    } else {
      charge(context, who, SWAP_COST)
    }
    const from = block.number + keySwaps.ColdkeySwapAnnouncementDelay.get(db)
    keySwaps.ColdkeySwapAnnouncements.set(db, who, [from, hash])
    context.emit(subtensorEvents.ColdkeySwapAnnounced({ who, new_coldkey_hash: hash }))
  },
})

/** Gives all that the coldkey has to the one that it announced, after the wait. */
export const swapColdkeyAnnounced = defineCall({
  index: 126,
  args: { new_coldkey: accountId },
  refTime: refTime({ time: 288_156_000n, reads: 37, writes: 15 }),
  run: (context, origin, { new_coldkey: newColdkey }) => {
    const { db, block } = context
    const who = ensureSigned(origin)
    const [from, hash] = keySwaps.ColdkeySwapAnnouncements.get(db, who) ?? failWith('ColdkeySwapAnnouncementNotFound')
    keySwaps.ColdkeySwapAnnouncements.remove(db, who)
    ensure(hash === Binary.toHex(blake2b256(Binary.fromHex(newColdkey))), 'AnnouncedColdkeyHashDoesNotMatch')
    ensure(block.number >= from, 'ColdkeySwapTooEarly')
    swapColdkeys(context, { oldColdkey: who, newColdkey })
  },
})

/** Stops an announced swap, and all else that the coldkey could do, until root decides. */
export const disputeColdkeySwap = defineCall({
  index: 127,
  args: {},
  refTime: refTime({ time: 23_293_000n, reads: 2, writes: 1 }),
  run: (context, origin) => {
    const { db, block } = context
    const coldkey = ensureSigned(origin)
    ensure(keySwaps.ColdkeySwapAnnouncements.has(db, coldkey), 'ColdkeySwapAnnouncementNotFound')
    ensure(!keySwaps.ColdkeySwapDisputes.has(db, coldkey), 'ColdkeySwapAlreadyDisputed')
    keySwaps.ColdkeySwapDisputes.set(db, coldkey, block.number)
    context.emit(subtensorEvents.ColdkeySwapDisputed({ coldkey }))
  },
})

/** Takes an announcement back, some time after the swap could have been. */
export const clearColdkeySwapAnnouncement = defineCall({
  index: 133,
  args: {},
  refTime: refTime({ time: 17_890_000n, reads: 2, writes: 1 }),
  run: (context, origin) => {
    const { db, block } = context
    const who = ensureSigned(origin)
    const [from] = keySwaps.ColdkeySwapAnnouncements.get(db, who) ?? failWith('ColdkeySwapAnnouncementNotFound')
    ensure(block.number >= from + keySwaps.ColdkeySwapReannouncementDelay.get(db), 'ColdkeySwapClearTooEarly')
    keySwaps.ColdkeySwapAnnouncements.remove(db, who)
    context.emit(subtensorEvents.ColdkeySwapCleared({ who }))
  },
})

/** Root forgets a coldkey's announcement and dispute. */
export const resetColdkeySwap = defineCall({
  index: 128,
  args: { coldkey: accountId },
  refTime: refTime({ time: 8_857_000n, writes: 2 }),
  run: (context, origin, { coldkey }) => {
    ensureRoot(origin)
    keySwaps.ColdkeySwapAnnouncements.remove(context.db, coldkey)
    keySwaps.ColdkeySwapDisputes.remove(context.db, coldkey)
    context.emit(subtensorEvents.ColdkeySwapReset({ who: coldkey }))
  },
})

/** Root gives all that a coldkey has to another, for a price of its choice. */
export const swapColdkey = defineCall({
  index: 71,
  args: { old_coldkey: accountId, new_coldkey: accountId, swap_cost: taoBalance },
  refTime: refTime({ time: 312_301_000n, reads: 37, writes: 19 }),
  run: (context, origin, { old_coldkey: oldColdkey, new_coldkey: newColdkey, swap_cost: cost }) => {
    ensureRoot(origin)
    if (cost > 0n) charge(context, oldColdkey, cost)
    swapColdkeys(context, { oldColdkey, newColdkey })
    keySwaps.ColdkeySwapAnnouncements.remove(context.db, oldColdkey)
    keySwaps.ColdkeySwapDisputes.remove(context.db, oldColdkey)
  },
})

/** What announcements replaced: it always fails. */
export const scheduleSwapColdkey = defineCall({
  index: 73,
  args: { new_coldkey: accountId },
  refTime: refTime({ time: 0n, reads: 5 }),
  run: () => failWith('Deprecated'),
})

/** Whether a coldkey refuses stake of which a part is locked, as it does unless it says otherwise. */
export const setRejectLockedAlpha = defineCall({
  index: 142,
  args: { enabled: bool },
  refTime: refTime({ time: 0n, reads: 1, writes: 1 }),
  run: (context, origin, { enabled }) => {
    const coldkey = ensureSigned(origin)
    const others = (locks.AccountFlags.get(context.db, coldkey) | ACCEPTS_LOCKED_ALPHA) - ACCEPTS_LOCKED_ALPHA
    const flags = enabled ? others : others + ACCEPTS_LOCKED_ALPHA
    if (flags === 0n) locks.AccountFlags.remove(context.db, coldkey)
    else locks.AccountFlags.set(context.db, coldkey, flags)
    context.emit(subtensorEvents.RejectLockedAlphaUpdated({ coldkey, enabled }))
  },
})
