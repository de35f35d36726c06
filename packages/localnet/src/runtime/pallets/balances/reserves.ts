import type { RuntimeContext } from '../../framework/context.js'
import { system } from '../system/storage.js'
import { put } from './accounts.js'
import { balancesErrors } from './errors.js'
import { balancesEvents } from './events.js'

/** Sets a part of an account's free balance aside as a deposit, in rao. The account must keep the existential deposit. */
export function reserve(context: RuntimeContext, who: string, amount: bigint): void {
  if (amount === 0n) return
  const { free, reserved } = system.Account.get(context.db, who).data
  balancesErrors.ensure(free >= amount, 'InsufficientBalance')
  put(context, who, { free: free - amount, reserved: reserved + amount })
  context.emit(balancesEvents.Reserved({ who, amount }))
}

/** Gives a deposit back, as far as there is one. In rao. */
export function unreserve(context: RuntimeContext, who: string, amount: bigint): void {
  const { free, reserved } = system.Account.get(context.db, who).data
  if (amount === 0n || free + reserved === 0n) return
  const given = reserved < amount ? reserved : amount
  put(context, who, { free: free + given, reserved: reserved - given })
  context.emit(balancesEvents.Unreserved({ who, amount: given }))
}

/** Brings a deposit to its new size. In rao. */
export function adjustReserve(
  context: RuntimeContext,
  who: string,
  { before, after }: { readonly before: bigint; readonly after: bigint },
): void {
  if (after > before) reserve(context, who, after - before)
  else unreserve(context, who, before - after)
}
