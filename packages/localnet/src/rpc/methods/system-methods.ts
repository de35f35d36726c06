import { decodeSs58, isSs58Address } from '@tensorkit/core'
import { u32 } from 'scale-ts'
import type { Chain } from '../../block/chain.js'
import { fromHex, toHex } from '../../state/hex.js'
import { call, type Methods, refused } from '../method.js'
import type { Params } from '../params.js'
import { invalidParams } from '../rpc-error.js'
import { runtimeCall } from '../state-access.js'
import { chainName, chainProperties } from './chain-identity.js'

/** What the node says of itself. Name, id, type and properties of the chain are those of subtensor's own localnet. */
export interface SystemInfo {
  /** `system_version`. */
  readonly version: string
}

/**
 * `system_*`: what the node is.
 */
export function systemMethods(chain: Chain, info: SystemInfo): Methods {
  const accountNextIndex = call((params) => nextIndex(chain, accountId(params)))
  return {
    system_chain: call(() => chainName),
    system_chainType: call(() => 'Local'),
    system_name: call(() => 'TensorKit Localnet'),
    system_version: call(() => info.version),
    system_properties: call(() => chainProperties),
    system_health: call(() => ({ peers: 0, isSyncing: false, shouldHavePeers: false })),
    system_nodeRoles: call(() => ['Authority']),
    system_peers: call(() => []),
    system_syncState: call(() => ({ startingBlock: 0, currentBlock: chain.head.number, highestBlock: chain.head.number })),
    system_accountNextIndex: accountNextIndex,
    account_nextIndex: accountNextIndex,
    // There is no peer-to-peer network, hence no identity in one.
    system_localPeerId: refused,
    system_localListenAddresses: refused,
    system_addReservedPeer: refused,
    system_removeReservedPeer: refused,
    system_reservedPeers: refused,
    system_addLogFilter: refused,
    system_resetLogFilter: refused,
    system_dryRun: refused,
    system_dryRunAt: refused,
  }
}

/** The nonce after what the pool holds. Source: `substrate_frame_rpc_system`, which looks for the tags of CheckNonce. */
function nextIndex(chain: Chain, account: Uint8Array): number {
  let nonce = u32.dec(runtimeCall(chain, chain.head, 'AccountNonceApi_account_nonce', account))
  const prefix = toHex(account)
  while (chain.pool.provides(prefix + toHex(u32.enc(nonce)).slice(2))) nonce += 1
  return nonce
}

function accountId(params: Params): Uint8Array {
  const text = params.text(0, 'account')
  if (isSs58Address(text)) return decodeSs58(text)
  const bytes = fromHex(text)
  if (bytes?.length !== 32) throw invalidParams('account: expected an SS58 address with prefix 42')
  return bytes
}
