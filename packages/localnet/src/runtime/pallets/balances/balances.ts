import { constant, definePallet } from '../../framework/pallet.js'
import { u32, u64 } from '../../types/primitives.js'
import { balances, mint } from './accounts.js'
import { forceAdjustTotalIssuance, forceSetBalance, forceUnreserve, upgradeAccounts } from './calls/by-root.js'
import { burnCall, forceTransfer, transferAll, transferAllowDeath, transferKeepAlive } from './calls/transfers.js'
import { balancesErrors } from './errors.js'
import { balancesEventSpecs } from './events.js'
import { existentialDeposit } from './existential-deposit.js'

/** TAO of accounts, free and reserved. Nothing locks, holds or freezes TAO here. */
export const balancesPallet = definePallet({
  name: 'Balances',
  index: 5,
  path: 'pallet_balances::pallet',
  params: [{ name: 'T' }, { name: 'I' }],
  storage: balances,
  calls: {
    transfer_allow_death: transferAllowDeath,
    force_transfer: forceTransfer,
    transfer_keep_alive: transferKeepAlive,
    transfer_all: transferAll,
    force_unreserve: forceUnreserve,
    upgrade_accounts: upgradeAccounts,
    force_set_balance: forceSetBalance,
    force_adjust_total_issuance: forceAdjustTotalIssuance,
    burn: burnCall,
  },
  events: balancesEventSpecs,
  genesis: (context) => {
    for (const [account, rao] of context.options.genesis.balances) mint(context, account, rao)
  },
  errors: balancesErrors.names,
  constants: {
    ExistentialDeposit: constant(u64, existentialDeposit),
    MaxLocks: constant(u32, 50),
    MaxReserves: constant(u32, 50),
    MaxFreezes: constant(u32, 50),
  },
})
