import { type BlockNumber, blockNumber } from '@tensorkit/core'
import type { WaitOptions } from '../backend/chain-backend.js'
import type { ChainClient } from '../chain-client.js'

/** The newest block of a kind. */
export interface Head {
  readonly number: BlockNumber
  /** With 0x. */
  readonly hash: string
}

/**
 * The newest block.
 *
 * @param client - The connection.
 * @param options - `finality`: `'best'` (default) may be taken back by a fork, `'finalized'` may not.
 * @throws CHAIN_TIMEOUT, CHAIN_DISCONNECTED, CORE_ABORTED, CORE_CLOSED.
 *
 * Source: JSON-RPC `chain_getBlockHash`, `chain_getFinalizedHead`, `chain_getHeader`.
 */
export async function getHead(
  client: ChainClient,
  options: { readonly finality?: 'best' | 'finalized' | undefined } & WaitOptions = {},
): Promise<Head> {
  const { number, hash } = await client.backend.head(options.finality ?? 'best', options)
  return { number: blockNumber(number), hash }
}
