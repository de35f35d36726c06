import type { Storage } from '../../../state/storage.js'
import type { RuntimeContext } from '../../framework/context.js'
import { fail } from '../../framework/dispatch-failure.js'
import { defineStorage, value } from '../../framework/storage-item.js'
import { u64 } from '../../types/primitives.js'
import { systemEvents } from '../system/events.js'
import { system } from '../system/storage.js'
import { balancesEvents } from './events.js'
import { existentialDeposit } from './existential-deposit.js'

export const balances = defineStorage('Balances', {
  TotalIssuance: value(u64, 0n),
  InactiveIssuance: value(u64, 0n),
})

/** What an account can spend, in rao. */
export const freeBalance = (db: Storage, who: string): bigint => system.Account.get(db, who).data.free

/** What an account can spend and stay alive, in rao. */
export const spendable = (db: Storage, who: string): bigint => {
  const free = freeBalance(db, who)
  return free > existentialDeposit ? free - existentialDeposit : 0n
}

/** Sets an account's free balance, and creates or removes the account with it. Dust is lost. Issuance is the caller's. */
function put(context: RuntimeContext, who: string, free: bigint): void {
  const { db } = context
  const account = system.Account.get(db, who)
  const lives = account.providers > 0
  if (free >= existentialDeposit) {
    system.Account.set(db, who, { ...account, providers: 1, data: { ...account.data, free } })
    if (lives) return
    context.emit(systemEvents.NewAccount({ account: who }))
    context.emit(balancesEvents.Endowed({ account: who, free_balance: free }))
    return
  }
  if (!lives) {
    if (free > 0n) fail({ type: 'Token', value: { type: 'BelowMinimum', value: undefined } })
    return
  }
  system.Account.remove(db, who)
  context.emit(systemEvents.KilledAccount({ account: who }))
  if (free > 0n) {
    balances.TotalIssuance.set(db, balances.TotalIssuance.get(db) - free)
    context.emit(balancesEvents.DustLost({ account: who, amount: free }))
  }
}

const fundsUnavailable = (): never => fail({ type: 'Token', value: { type: 'FundsUnavailable', value: undefined } })

function take(context: RuntimeContext, who: string, amount: bigint, keepAlive: boolean): void {
  const free = freeBalance(context.db, who)
  if (free < amount) fundsUnavailable()
  if (keepAlive && free - amount < existentialDeposit) fail({ type: 'Token', value: { type: 'NotExpendable', value: undefined } })
  put(context, who, free - amount)
}

const give = (context: RuntimeContext, who: string, amount: bigint): void => put(context, who, freeBalance(context.db, who) + amount)

/** What a transfer moves. */
export interface TransferOptions {
  readonly from: string
  readonly to: string
  /** In rao. */
  readonly amount: bigint
  /** Whether the sender must keep the existential deposit. */
  readonly keepAlive: boolean
}

/** Moves TAO between accounts. */
export function transfer(context: RuntimeContext, { from, to, amount, keepAlive }: TransferOptions): void {
  if (from === to || amount === 0n) {
    if (freeBalance(context.db, from) < amount) fundsUnavailable()
  } else {
    take(context, from, amount, keepAlive)
    give(context, to, amount)
  }
  context.emit(balancesEvents.Transfer({ from, to, amount }))
}

/** Creates TAO in an account. */
export function mint(context: RuntimeContext, who: string, amount: bigint): void {
  if (amount === 0n) return
  give(context, who, amount)
  balances.TotalIssuance.set(context.db, balances.TotalIssuance.get(context.db) + amount)
  context.emit(balancesEvents.Minted({ who, amount }))
}

/** Takes a fee from an account, which must stay alive. The TAO is then nobody's. */
export function withdrawFee(context: RuntimeContext, who: string, amount: bigint): void {
  if (amount === 0n) return
  take(context, who, amount, true)
  context.emit(balancesEvents.Withdraw({ who, amount }))
}

/** The most TAO that can ever exist, in rao. */
const maxIssuance = 21_000_000_000_000_000n

/**
 * Creates TAO that is nobody's until {@link resolve} or {@link rescind}.
 *
 * @returns What was created, in rao: less than asked for where the chain's supply ends.
 */
export function issue(context: RuntimeContext, amount: bigint): bigint {
  const issuance = balances.TotalIssuance.get(context.db)
  const left = issuance < maxIssuance ? maxIssuance - issuance : 0n
  const issued = amount < left ? amount : left
  if (issued === 0n) return 0n
  balances.TotalIssuance.set(context.db, issuance + issued)
  context.emit(balancesEvents.Issued({ amount: issued }))
  return issued
}

/** Gives TAO that is nobody's to an account. */
export function resolve(context: RuntimeContext, who: string, amount: bigint): void {
  if (amount === 0n) return
  give(context, who, amount)
  context.emit(balancesEvents.Deposit({ who, amount }))
}

/** Destroys TAO that is nobody's: what of an emission nobody gets, and fees, since blocks have no author to pay them to. */
export function rescind(context: RuntimeContext, amount: bigint): void {
  if (amount === 0n) return
  balances.TotalIssuance.set(context.db, balances.TotalIssuance.get(context.db) - amount)
  context.emit(balancesEvents.Rescinded({ amount }))
}

/** Sets a balance and the issuance with it, as `force_set_balance` does. */
export function setBalance(context: RuntimeContext, who: string, wanted: bigint): void {
  const free = wanted < existentialDeposit ? 0n : wanted
  const before = freeBalance(context.db, who)
  put(context, who, free)
  balances.TotalIssuance.set(context.db, balances.TotalIssuance.get(context.db) + free - before)
  context.emit(balancesEvents.BalanceSet({ who, free }))
}
