import { defineCall } from '../../../framework/call.js'
import type { ReadContext, RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { u16 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { ensure } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { hotkeyExists, owns } from '../hotkeys.js'
import { asPoolCheck } from '../pool-codes.js'
import { limits } from '../storage/limits.js'
import { stake } from '../storage/stake.js'

interface Take {
  readonly hotkey: string
  readonly take: number
}

/** What the pool looks at, and the dispatch before all else. Source: subtensor `CheckDelegateTake`, spec 424. */
function check({ db }: ReadContext, who: string, { hotkey, take }: Take): void {
  ensure(take >= stake.MinDelegateTake.get(db), 'DelegateTakeTooLow')
  ensure(take <= stake.MaxDelegateTake.get(db), 'DelegateTakeTooHigh')
  ensure(hotkeyExists(db, hotkey), 'HotKeyAccountNotExists')
  ensure(owns(db, who, hotkey), 'NonAssociatedColdKey')
}

const lastChange = (hotkey: string) => ({ type: 'LastTxBlockDelegateTake', value: hotkey }) as const

function setTake(context: RuntimeContext, { hotkey, take }: Take): void {
  stake.LastRateLimitedBlock.set(context.db, lastChange(hotkey), BigInt(context.block.number))
  stake.Delegates.set(context.db, hotkey, take)
}

function begin(context: RuntimeContext, origin: Origin, wanted: Take): string {
  const coldkey = ensureSigned(origin)
  check(context, coldkey, wanted)
  return coldkey
}

/**
 * Lowers a hotkey's take, at any time.
 *
 * Source: subtensor `do_decrease_take`, spec 424.
 */
export const decreaseTake = defineCall({
  index: 65,
  args: { hotkey: accountId, take: u16 },
  refTime: refTime({ time: 29_895_000n, reads: 3, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck(check),
  run: (context, origin, wanted) => {
    const { db } = context
    const coldkey = begin(context, origin, wanted)
    const { hotkey, take } = wanted
    ensure(!stake.Delegates.has(db, hotkey) || take < stake.Delegates.get(db, hotkey), 'DelegateTakeTooLow')
    setTake(context, wanted)
    context.emit(subtensorEvents.TakeDecreased([coldkey, hotkey, take]))
  },
})

/**
 * Raises a hotkey's take; then not again for a while.
 *
 * Source: subtensor `do_increase_take`, spec 424.
 */
export const increaseTake = defineCall({
  index: 66,
  args: { hotkey: accountId, take: u16 },
  refTime: refTime({ time: 37_710_000n, reads: 5, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck(check),
  run: (context, origin, wanted) => {
    const { db, block } = context
    const coldkey = begin(context, origin, wanted)
    const { hotkey, take } = wanted
    ensure(!stake.Delegates.has(db, hotkey) || take > stake.Delegates.get(db, hotkey), 'DelegateTakeTooLow')
    const limit = limits.TxDelegateTakeRateLimit.get(db)
    const last = stake.LastRateLimitedBlock.get(db, lastChange(hotkey))
    // As long as the limit itself is still too soon.
    ensure(limit === 0n || last === 0n || BigInt(block.number) - last > limit, 'DelegateTxRateLimitExceeded')
    setTake(context, wanted)
    context.emit(subtensorEvents.TakeIncreased([coldkey, hotkey, take]))
  },
})
