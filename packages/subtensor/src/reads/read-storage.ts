import { type BlockNumber, blockNumber } from '@tensorkit/core'
import type { ChainValue, StorageRead } from '../backend/chain-backend.js'
import type { ChainClient } from '../chain-client.js'
import { type ReadOptions, readBlock } from './read-block.js'

/** Several values of one block. */
export interface StorageBatch {
  readonly block: BlockNumber
  /** With 0x. */
  readonly blockHash: string
  /** In the order of the reads. */
  readonly values: readonly ChainValue[]
}

/**
 * Reads several storage items of one and the same block in one round trip.
 *
 * @param client - The connection.
 * @param options - `reads` by the chain's own names; `at` which block.
 * @returns The block, and one value for each read: the chain's default where it stores nothing.
 * @throws CHAIN_INCOMPATIBLE for an item that the runtime does not have; CHAIN_NOT_FOUND for an unknown block; the
 * connection's errors.
 *
 * @example
 * ```ts
 * const { values: [tempo, burn] } = await subtensor.readStorage({
 *   reads: [
 *     { pallet: 'SubtensorModule', item: 'Tempo', keys: [2] },
 *     { pallet: 'SubtensorModule', item: 'Burn', keys: [2] },
 *   ],
 * })
 * ```
 *
 * Source: JSON-RPC `state_queryStorageAt`.
 */
export async function readStorage(
  client: ChainClient,
  options: { readonly reads: readonly StorageRead[] } & ReadOptions,
): Promise<StorageBatch> {
  const block = await readBlock(client, options)
  const values = await client.backend.storage(options.reads, block.hash, options)
  return { block: blockNumber(block.number), blockHash: block.hash, values }
}

/** One read of the pallet SubtensorModule. */
export const subtensorItem = (item: string, ...keys: ChainValue[]): StorageRead => ({ pallet: 'SubtensorModule', item, keys })

/** Reads one item of SubtensorModule. */
export async function readSubtensorItem(client: ChainClient, read: StorageRead, options: ReadOptions): Promise<ChainValue> {
  const { values } = await readStorage(client, { ...options, reads: [read] })
  return values[0]
}
