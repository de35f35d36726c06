import { defineEvents } from '../../framework/events.js'
import type { VariantSpec } from '../../types/compounds.js'
import { u64 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'
import { balanceStatus } from './types.js'

export const balancesEventSpecs = {
  Endowed: [0, { account: accountId, free_balance: u64 }],
  DustLost: [1, { account: accountId, amount: u64 }],
  Transfer: [2, { from: accountId, to: accountId, amount: u64 }],
  BalanceSet: [3, { who: accountId, free: u64 }],
  Reserved: [4, { who: accountId, amount: u64 }],
  Unreserved: [5, { who: accountId, amount: u64 }],
  ReserveRepatriated: [6, { from: accountId, to: accountId, amount: u64, destination_status: balanceStatus }],
  Deposit: [7, { who: accountId, amount: u64 }],
  Withdraw: [8, { who: accountId, amount: u64 }],
  Slashed: [9, { who: accountId, amount: u64 }],
  Minted: [10, { who: accountId, amount: u64 }],
  Burned: [11, { who: accountId, amount: u64 }],
  Suspended: [12, { who: accountId, amount: u64 }],
  Restored: [13, { who: accountId, amount: u64 }],
  Upgraded: [14, { who: accountId }],
  Issued: [15, { amount: u64 }],
  Rescinded: [16, { amount: u64 }],
  Locked: [17, { who: accountId, amount: u64 }],
  Unlocked: [18, { who: accountId, amount: u64 }],
  Frozen: [19, { who: accountId, amount: u64 }],
  Thawed: [20, { who: accountId, amount: u64 }],
  TotalIssuanceForced: [21, { old: u64, new: u64 }],
} as const satisfies Record<string, VariantSpec>

export const balancesEvents = defineEvents('Balances', balancesEventSpecs)
