import { balanceRefusals, multisigRefusals, proxyRefusals } from './accounts.js'
import { adminRefusals } from './admin.js'
import { commitmentRefusals } from './commitments.js'
import { keyRefusals } from './keys.js'
import type { Refusal } from './refusal.js'
import { stakeRefusals } from './stake.js'
import { subnetRefusals } from './subnets.js'
import { weightRefusals } from './weights.js'

/** Ways to have a call refused, by pallets. */
export const allRefusals: Readonly<Record<string, readonly Refusal[]>> = {
  subtensorModule: [...weightRefusals, ...subnetRefusals, ...keyRefusals, ...stakeRefusals],
  adminUtils: adminRefusals,
  commitments: commitmentRefusals,
  balances: balanceRefusals,
  multisig: multisigRefusals,
  proxy: proxyRefusals,
}
