import { defineCall } from '../../framework/call.js'
import { defineErrors, fail } from '../../framework/dispatch-failure.js'
import { ensureRoot, ensureSigned } from '../../framework/origin.js'
import { constant, definePallet } from '../../framework/pallet.js'
import { bool, compactU64, u32, u64 } from '../../types/primitives.js'
import type { TypeOf } from '../../types/ty.js'
import { multiAddress } from '../../types/well-known.js'
import { balances, freeBalance, mint, setBalance, transfer } from './accounts.js'
import { balancesEventSpecs } from './events.js'
import { existentialDeposit } from './existential-deposit.js'
import { refusedBalances } from './refused-calls.js'

export const balancesErrors = defineErrors(5, [
  'VestingBalance',
  'LiquidityRestrictions',
  'InsufficientBalance',
  'ExistentialDeposit',
  'Expendability',
  'ExistingVestingSchedule',
  'DeadAccount',
  'TooManyReserves',
  'TooManyHolds',
  'TooManyFreezes',
  'IssuanceDeactivated',
  'DeltaZero',
])

/** The account that an address names; the chain knows no other kind than `Id`. */
export const lookup = (address: TypeOf<typeof multiAddress>): string =>
  address.type === 'Id' ? address.value : fail({ type: 'CannotLookup', value: undefined })

const transferAllowDeath = defineCall({
  index: 0,
  args: { dest: multiAddress, value: compactU64 },
  refTime: 174_000_000n,
  run: (context, origin, { dest, value }) =>
    transfer(context, { from: ensureSigned(origin), to: lookup(dest), amount: value, keepAlive: false }),
})

const transferKeepAlive = defineCall({
  index: 3,
  args: { dest: multiAddress, value: compactU64 },
  refTime: 164_000_000n,
  run: (context, origin, { dest, value }) =>
    transfer(context, { from: ensureSigned(origin), to: lookup(dest), amount: value, keepAlive: true }),
})

const transferAll = defineCall({
  index: 4,
  args: { dest: multiAddress, keep_alive: bool },
  refTime: 175_000_000n,
  run: (context, origin, { dest, keep_alive: keepAlive }) => {
    const from = ensureSigned(origin)
    const free = freeBalance(context.db, from)
    const amount = keepAlive ? (free > existentialDeposit ? free - existentialDeposit : 0n) : free
    transfer(context, { from, to: lookup(dest), amount, keepAlive })
  },
})

const forceSetBalance = defineCall({
  index: 8,
  args: { who: multiAddress, new_free: compactU64 },
  refTime: 146_000_000n,
  run: (context, origin, { who, new_free: free }) => {
    ensureRoot(origin)
    setBalance(context, lookup(who), free)
  },
})

/** TAO of accounts. */
export const balancesPallet = definePallet({
  name: 'Balances',
  index: 5,
  path: 'pallet_balances::pallet',
  params: [{ name: 'T' }, { name: 'I' }],
  storage: balances,
  calls: {
    transfer_allow_death: transferAllowDeath,
    transfer_keep_alive: transferKeepAlive,
    transfer_all: transferAll,
    force_set_balance: forceSetBalance,
    ...refusedBalances,
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
