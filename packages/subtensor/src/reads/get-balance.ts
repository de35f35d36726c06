import { rao, type Ss58Address, type Tao } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import { type ReadOptions, readBlockHash } from './read-block.js'

/**
 * The free balance of an account.
 *
 * @throws The connection's errors.
 *
 * Source: storage `System.Account`.
 */
export async function getBalance(client: ChainClient, options: { readonly address: Ss58Address | string } & ReadOptions): Promise<Tao> {
  const hash = await readBlockHash(client, options)
  const [account] = await client.backend.storage([{ pallet: 'System', item: 'Account', keys: [options.address] }], hash, options)
  return rao((account as { data: { free: bigint } }).data.free)
}
