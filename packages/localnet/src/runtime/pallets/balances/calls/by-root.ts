import { defineCall } from '../../../framework/call.js'
import { ensureRoot, ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { vec } from '../../../types/compounds.js'
import { compactU64, u64 } from '../../../types/primitives.js'
import { accountId, multiAddress } from '../../../types/well-known.js'
import { balances, saturated, setBalance } from '../accounts.js'
import { balancesErrors } from '../errors.js'
import { balancesEvents } from '../events.js'
import { lookup } from '../lookup.js'
import { unreserve } from '../reserves.js'
import { adjustmentDirection } from '../types.js'

export const forceUnreserve = defineCall({
  index: 5,
  args: { who: multiAddress, amount: u64 },
  refTime: refTime({ time: 17_233_000n, reads: 1, writes: 1 }),
  run: (context, origin, { who, amount }) => {
    ensureRoot(origin)
    unreserve(context, lookup(who), amount)
  },
})

/** Every account here has the new format already, so there is nothing to upgrade, and the fee is waived for an empty list alone. */
export const upgradeAccounts = defineCall({
  index: 6,
  args: { who: vec(accountId) },
  refTime: 16_588_000n,
  infoOf: ({ who }) => {
    const count = BigInt(who.length)
    return { refTime: 16_588_000n + count * refTime({ time: 13_973_659n, reads: 1, writes: 1 }), class: 'Normal', paysFee: true }
  },
  run: (_context, origin, { who }) => {
    ensureSigned(origin)
    return { paysFee: who.length > 0 }
  },
})

export const forceSetBalance = defineCall({
  index: 8,
  args: { who: multiAddress, new_free: compactU64 },
  refTime: 146_000_000n,
  run: (context, origin, { who, new_free: free }) => {
    ensureRoot(origin)
    setBalance(context, lookup(who), free)
  },
})

export const forceAdjustTotalIssuance = defineCall({
  index: 9,
  args: { direction: adjustmentDirection, delta: compactU64 },
  refTime: 6_594_000n,
  run: (context, origin, { direction, delta }) => {
    ensureRoot(origin)
    balancesErrors.ensure(delta > 0n, 'DeltaZero')
    const old = balances.TotalIssuance.get(context.db)
    const wanted = saturated(direction.type === 'Increase' ? old + delta : old - delta)
    balancesErrors.ensure(balances.InactiveIssuance.get(context.db) <= wanted, 'IssuanceDeactivated')
    balances.TotalIssuance.set(context.db, wanted)
    context.emit(balancesEvents.TotalIssuanceForced({ old, new: wanted }))
  },
})
