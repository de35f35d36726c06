import type { RuntimeContext } from '../../framework/context.js'
import { freeBalance, spendable, transfer } from '../balances/accounts.js'
import { failWith } from './errors.js'
import { burnAccount, subnetAccount } from './subnet-account.js'

/** Whether a coldkey has an amount of TAO, in rao; what keeps its account alive counts too. */
export const hasBalance = ({ db }: RuntimeContext, coldkey: string, amount: bigint): boolean => amount <= freeBalance(db, coldkey)

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

/** Burns a swap's fee out of a subnet's account: blocks of the localnet have no author to pay it to. */
export function burnSwapFee(context: RuntimeContext, netuid: number, fee: bigint): void {
  const from = subnetAccount(netuid)
  // The chain ignores a burn that does not go through, as one below the existential deposit.
  if (fee < 500n || freeBalance(context.db, from) < fee) return
  transfer(context, { from, to: burnAccount, amount: fee, keepAlive: false })
}
