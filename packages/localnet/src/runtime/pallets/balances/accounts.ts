import type { Storage } from '../../../state/storage.js'
import type { RuntimeContext } from '../../framework/context.js'
import { fail } from '../../framework/dispatch-failure.js'
import { blake2, defineStorage, map, value } from '../../framework/storage-item.js'
import { u64 } from '../../types/primitives.js'
import { accountData, accountId } from '../../types/well-known.js'
import { systemEvents } from '../system/events.js'
import { noAccount, system } from '../system/storage.js'
import { balancesEvents } from './events.js'
import { existentialDeposit } from './existential-deposit.js'
import { freezes, holds, locks, reserves } from './types.js'

const perAccount = [blake2(accountId)] as const

export const balances = defineStorage('Balances', {
  TotalIssuance: value(u64, 0n),
  InactiveIssuance: value(u64, 0n),
  // Accounts live in System; nothing here is locked, held or frozen.
  Account: map(perAccount, accountData, noAccount.data),
  Locks: map(perAccount, locks, []),
  Reserves: map(perAccount, reserves, []),
  Holds: map(perAccount, holds, []),
  Freezes: map(perAccount, freezes, []),
})

const maxU64 = 0xffff_ffff_ffff_ffffn

/** What an amount of 64 bits comes to that neither overflows nor falls below nothing. */
export const saturated = (amount: bigint): bigint => (amount < 0n ? 0n : amount > maxU64 ? maxU64 : amount)

/** Root can set the issuance apart from what accounts hold, so what follows may find less of it than it takes. */
const changeIssuance = (db: Storage, change: bigint): void =>
  balances.TotalIssuance.set(db, saturated(balances.TotalIssuance.get(db) + change))

/** What an account can spend, in rao. */
export const freeBalance = (db: Storage, who: string): bigint => system.Account.get(db, who).data.free

/** What an account can spend and stay alive, in rao. */
export const spendable = (db: Storage, who: string): bigint => {
  const free = freeBalance(db, who)
  return free > existentialDeposit ? free - existentialDeposit : 0n
}

/** What an account can spend of its free balance, in rao: the existential deposit stays where something is reserved. */
export const reducible = (db: Storage, who: string, keepAlive: boolean): bigint =>
  keepAlive || system.Account.get(db, who).consumers > 0 ? spendable(db, who) : freeBalance(db, who)

/** Free and reserved balance of an account, in rao. */
export interface Holdings {
  readonly free: bigint
  readonly reserved: bigint
}

/**
 * Sets an account's balances, and creates or removes the account with them. A free balance of the existential deposit keeps an
 * account alive, a reserved one keeps it from dying. Dust is lost. Issuance is the caller's.
 *
 * Source: `pallet_balances::try_mutate_account_handling_dust`.
 */
export function put(context: RuntimeContext, who: string, { free, reserved }: Holdings): void {
  const { db } = context
  const account = system.Account.get(db, who)
  const lived = account.providers > 0
  const lives = free >= existentialDeposit
  const consumers = account.consumers + (reserved > 0n ? 1 : 0) - (account.data.reserved > 0n ? 1 : 0)
  if (lived && !lives && consumers > 0) fail({ type: 'ConsumerRemaining', value: undefined })
  if (!lived && !lives) {
    if (free > 0n) fail({ type: 'Token', value: { type: 'BelowMinimum', value: undefined } })
    return
  }
  if (lives) {
    system.Account.set(db, who, { ...account, consumers, providers: 1, data: { ...account.data, free, reserved } })
    if (lived) return
    context.emit(systemEvents.NewAccount({ account: who }))
    context.emit(balancesEvents.Endowed({ account: who, free_balance: free }))
    return
  }
  system.Account.remove(db, who)
  context.emit(systemEvents.KilledAccount({ account: who }))
  if (free > 0n) {
    changeIssuance(db, -free)
    context.emit(balancesEvents.DustLost({ account: who, amount: free }))
  }
}

const token = (type: 'FundsUnavailable' | 'NotExpendable' | 'Frozen'): never => fail({ type: 'Token', value: { type, value: undefined } })

function take(context: RuntimeContext, who: string, amount: bigint, keepAlive: boolean): void {
  const { free, reserved } = system.Account.get(context.db, who).data
  if (free < amount) token('FundsUnavailable')
  if (amount > reducible(context.db, who, false)) token('Frozen')
  if (keepAlive && free - amount < existentialDeposit) token('NotExpendable')
  put(context, who, { free: free - amount, reserved })
}

function give(context: RuntimeContext, who: string, amount: bigint): void {
  const { free, reserved } = system.Account.get(context.db, who).data
  put(context, who, { free: free + amount, reserved })
}

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
    if (freeBalance(context.db, from) < amount) token('FundsUnavailable')
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
  changeIssuance(context.db, amount)
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
  changeIssuance(context.db, -amount)
  context.emit(balancesEvents.Rescinded({ amount }))
}

/** Destroys TAO of an account, as `burn` does. */
export function burn(context: RuntimeContext, who: string, amount: bigint, keepAlive: boolean): void {
  take(context, who, amount, keepAlive)
  changeIssuance(context.db, -amount)
  context.emit(balancesEvents.Burned({ who, amount }))
}

/** Sets a free balance and the issuance with it, as `force_set_balance` does. */
export function setBalance(context: RuntimeContext, who: string, wanted: bigint): void {
  const free = wanted < existentialDeposit ? 0n : wanted
  const before = system.Account.get(context.db, who).data
  put(context, who, { free, reserved: before.reserved })
  changeIssuance(context.db, free - before.free)
  context.emit(balancesEvents.BalanceSet({ who, free }))
}
