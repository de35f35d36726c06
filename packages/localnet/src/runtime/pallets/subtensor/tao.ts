import type { Storage } from '../../../state/storage.js'
import type { ReadContext, RuntimeContext } from '../../framework/context.js'
import { balances, freeBalance, rescind, saturated, spendable, transfer, withdrawFee } from '../balances/accounts.js'
import { ensure, failWith } from './errors.js'
import { pools } from './storage/stake.js'
import { burnAccount, subnetAccount } from './subnet-account.js'

/** Changes what the pallet counts as issued, which root cannot set apart from balances, but balances apart from it. */
export const changeTaoIssuance = (db: Storage, change: bigint): void =>
  pools.TotalIssuance.set(db, saturated(pools.TotalIssuance.get(db) + change))

/** Whether a coldkey has an amount of TAO, in rao; what keeps its account alive counts too. */
export const hasBalance = ({ db }: ReadContext, coldkey: string, amount: bigint): boolean => amount <= freeBalance(db, coldkey)

/**
 * Moves TAO between accounts; the sender's may end. The dust that is lost then is no longer issued.
 *
 * Source: subtensor `transfer_tao`, spec 424.
 */
export function transferTao(context: RuntimeContext, from: string, to: string, amount: bigint): void {
  const { db } = context
  ensure(hasBalance(context, from, amount), 'InsufficientBalance')
  const before = balances.TotalIssuance.get(db)
  transfer(context, { from, to, amount, keepAlive: false })
  const lost = before - balances.TotalIssuance.get(db)
  if (lost > 0n) changeTaoIssuance(db, -lost)
}

/**
 * Moves TAO of a coldkey to a subnet's account; the coldkey keeps its existential deposit.
 *
 * @returns What was moved, in rao: less than asked for where the deposit is in the way.
 */
export function payToSubnet(context: RuntimeContext, netuid: number, coldkey: string, amount: bigint): bigint {
  if (amount === 0n) return 0n
  const available = spendable(context.db, coldkey)
  const paid = amount < available ? amount : available
  if (paid === 0n) failWith('InsufficientBalance')
  transfer(context, { from: coldkey, to: subnetAccount(netuid), amount: paid, keepAlive: true })
  return paid
}

/** Moves TAO of a subnet's account to an account. */
export const payFromSubnet = (context: RuntimeContext, netuid: number, to: string, amount: bigint): void =>
  transferTao(context, subnetAccount(netuid), to, amount)

/** Burns a swap's fee out of a subnet's account: blocks of the localnet have no author to pay it to. */
export function burnSwapFee(context: RuntimeContext, netuid: number, fee: bigint): void {
  const from = subnetAccount(netuid)
  // The chain ignores a burn that does not go through, as one below the existential deposit.
  if (fee < 500n || freeBalance(context.db, from) < fee) return
  transferTao(context, from, burnAccount, fee)
}

/**
 * Takes TAO of an account out of the issuance; the account keeps its existential deposit.
 *
 * Source: subtensor `recycle_tao`, spec 424.
 */
export function recycleTao(context: RuntimeContext, from: string, amount: bigint): void {
  ensure(amount <= spendable(context.db, from), 'InsufficientBalance')
  changeTaoIssuance(context.db, -amount)
  withdrawFee(context, from, amount)
  rescind(context, amount)
}
