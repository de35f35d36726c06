import type { OuterReferences } from './framework/outer-types.js'
import type { Pallet } from './framework/pallet.js'
import { adminUtilsPallet } from './pallets/admin-utils/admin-utils.js'
import { alphaAssetsPallet } from './pallets/alpha-assets/alpha-assets.js'
import { auraPallet } from './pallets/aura/aura.js'
import { balancesPallet } from './pallets/balances/balances.js'
import { commitmentsPallet } from './pallets/commitments/commitments.js'
import { drandPallet } from './pallets/drand/drand.js'
import { mevShieldPallet } from './pallets/mev-shield/mev-shield.js'
import type { ShieldKey } from './pallets/mev-shield/shielded-transaction.js'
import { multisigPallet } from './pallets/multisig/multisig.js'
import { proxyPallet } from './pallets/proxy/proxy.js'
import { subtensorPallet } from './pallets/subtensor/subtensor.js'
import { sudoPallet } from './pallets/sudo/sudo.js'
import { swapPallet } from './pallets/swap/swap.js'
import { systemPallet } from './pallets/system/system.js'
import { timestampPallet } from './pallets/timestamp/timestamp.js'
import { transactionPaymentPallet } from './pallets/transaction-payment/transaction-payment.js'
import { utilityPallet } from './pallets/utility/utility.js'
import type { RuntimeVersion } from './runtime.js'

/** What pallets differ by from chain to chain. */
export interface PalletParts {
  readonly slotMs: number
  readonly shieldKey: () => ShieldKey
}

/** The pallets of the model, in the order of their indexes, which is also the order of their hooks. */
export const allPallets = (outer: OuterReferences, version: RuntimeVersion, { slotMs, shieldKey }: PalletParts): Pallet[] => [
  systemPallet(outer, version),
  timestampPallet(slotMs),
  auraPallet(slotMs),
  balancesPallet,
  transactionPaymentPallet,
  subtensorPallet,
  utilityPallet(outer),
  sudoPallet(outer),
  multisigPallet(outer),
  proxyPallet(outer),
  commitmentsPallet,
  adminUtilsPallet,
  drandPallet,
  swapPallet,
  mevShieldPallet(shieldKey),
  alphaAssetsPallet,
]
