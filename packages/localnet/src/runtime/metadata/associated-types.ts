import type { OuterReferences } from '../framework/outer-types.js'
import { auraId } from '../pallets/admin-utils/types.js'
import { runtimeFreezeReason, runtimeHoldReason } from '../pallets/balances/types.js'
import { proxyType } from '../pallets/proxy/types.js'
import { originCaller } from '../pallets/utility/types.js'
import { blakeTwo256, blockOf } from '../types/block.js'
import { fixedHex } from '../types/compounds.js'
import { u32, u64 } from '../types/primitives.js'
import type { AnyTy } from '../types/ty.js'
import { accountData, accountId, h256 } from '../types/well-known.js'

/** Types that the runtime's configuration gives each pallet, by the pallet's name: V16 lists them. */
export function associatedTypes(outer: OuterReferences, extrinsic: AnyTy): Readonly<Record<string, Readonly<Record<string, AnyTy>>>> {
  const calls = { RuntimeCall: outer.call }
  return {
    System: {
      ...calls,
      Nonce: u32,
      Hash: h256,
      Hashing: blakeTwo256,
      AccountId: accountId,
      Block: blockOf(extrinsic),
      AccountData: accountData,
    },
    Timestamp: { Moment: u64 },
    Aura: { AuthorityId: auraId },
    Balances: { RuntimeHoldReason: runtimeHoldReason, Balance: u64, ReserveIdentifier: fixedHex(8), FreezeIdentifier: runtimeFreezeReason },
    SubtensorModule: { ...calls, SudoRuntimeCall: outer.call },
    Utility: { ...calls, PalletsOrigin: originCaller },
    Sudo: calls,
    Multisig: calls,
    Proxy: { ...calls, ProxyType: proxyType },
    AdminUtils: { AuthorityId: auraId },
    MevShield: { AuthorityId: auraId, ...calls },
  }
}
