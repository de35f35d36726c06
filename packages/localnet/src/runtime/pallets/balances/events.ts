import { defineEvents } from '../../framework/events.js'
import type { VariantSpec } from '../../types/compounds.js'
import { u64 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'

export const balancesEventSpecs = {
  Endowed: [0, { account: accountId, free_balance: u64 }],
  DustLost: [1, { account: accountId, amount: u64 }],
  Transfer: [2, { from: accountId, to: accountId, amount: u64 }],
  BalanceSet: [3, { who: accountId, free: u64 }],
  Deposit: [7, { who: accountId, amount: u64 }],
  Withdraw: [8, { who: accountId, amount: u64 }],
  Minted: [10, { who: accountId, amount: u64 }],
  Burned: [11, { who: accountId, amount: u64 }],
  Issued: [15, { amount: u64 }],
  Rescinded: [16, { amount: u64 }],
} as const satisfies Record<string, VariantSpec>

export const balancesEvents = defineEvents('Balances', balancesEventSpecs)
