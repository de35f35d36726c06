import { TensorKitError } from '@tensorkit/core'
import type { BlockRef, WaitOptions } from '../backend/chain-backend.js'
import type { ChainClient } from '../chain-client.js'

/** Which block a read is of, and how long it may take. */
export interface ReadOptions extends WaitOptions {
  /**
   * The block: its number, its hash with 0x, or the newest of a kind.
   *
   * @defaultValue `'best'`: what the next block builds on; a fork may still take it back
   */
  readonly at?: number | `0x${string}` | 'best' | 'finalized' | undefined
}

/** Finds the hash that a read's `at` means. @throws CHAIN_NOT_FOUND for a number that the chain has not reached. */
export async function readBlockHash(client: ChainClient, options: ReadOptions): Promise<string> {
  const { at = 'best' } = options
  if (typeof at === 'string' && at.startsWith('0x')) return at
  return (await readBlock(client, options)).hash
}

/** Finds the block that a read's `at` means. @throws CHAIN_NOT_FOUND for a number or hash that the node does not know. */
export async function readBlock(client: ChainClient, options: ReadOptions): Promise<BlockRef> {
  const { at = 'best' } = options
  if (at === 'best' || at === 'finalized') return client.backend.head(at, options)
  if (typeof at === 'string') {
    const { number } = await client.backend.block(at, options)
    return { number, hash: at }
  }
  const hash = await client.backend.blockHash(at, options)
  if (hash === undefined) throw new TensorKitError('CHAIN_NOT_FOUND', 'There is no such block', { facts: { block: at } })
  return { number: at, hash }
}
