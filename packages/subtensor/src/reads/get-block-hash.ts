import type { WaitOptions } from '../backend/chain-backend.js'
import type { ChainClient } from '../chain-client.js'

/**
 * The hash of a block of the best chain, with 0x; undefined if the chain has not reached it.
 *
 * @throws CHAIN_TIMEOUT, CHAIN_DISCONNECTED, CORE_ABORTED, CORE_CLOSED.
 *
 * Source: JSON-RPC `chain_getBlockHash`.
 */
export function getBlockHash(client: ChainClient, options: { readonly block: number } & WaitOptions): Promise<string | undefined> {
  return client.backend.blockHash(options.block, options)
}
