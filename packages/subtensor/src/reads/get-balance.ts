import type { Ss58Address } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import { type ReadOptions, readBlockHash } from './read-block.js'

/**
 * The free balance of an account, in rao.
 *
 * @throws The connection's errors.
 *
 * Source: storage `System.Account`.
 */
export async function getBalance(client: ChainClient, options: { readonly address: Ss58Address | string } & ReadOptions): Promise<bigint> {
  const hash = await readBlockHash(client, options)
  const [account] = await client.backend.storage([{ pallet: 'System', item: 'Account', keys: [options.address] }], hash, options)
  return (account as { data: { free: bigint } }).data.free
}
