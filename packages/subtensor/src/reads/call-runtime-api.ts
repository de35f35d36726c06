import { type BlockNumber, blockNumber } from '@tensorkit/core'
import type { ChainValue } from '../backend/chain-backend.js'
import type { ChainClient } from '../chain-client.js'
import { type ReadOptions, readBlock } from './read-block.js'

/** Which runtime API to call, by the chain's own names. */
export interface RuntimeApiCall {
  readonly api: string
  readonly method: string
  readonly args: readonly ChainValue[]
}

/** A runtime API's answer. */
export interface RuntimeApiResult<T> {
  readonly block: BlockNumber
  /** With 0x. */
  readonly blockHash: string
  readonly value: T
}

/**
 * Calls a runtime API at one block and decodes the result by the metadata of that block.
 *
 * @throws CHAIN_INCOMPATIBLE if the runtime does not have it; CHAIN_NOT_FOUND for an unknown block; the connection's errors.
 *
 * @example
 * ```ts
 * const { value } = await subtensor.callRuntimeApi({ api: 'SubnetInfoRuntimeApi', method: 'get_metagraph', args: [2] })
 * ```
 *
 * Source: JSON-RPC `state_call`.
 */
export async function callRuntimeApi(client: ChainClient, options: RuntimeApiCall & ReadOptions): Promise<RuntimeApiResult<ChainValue>> {
  const block = await readBlock(client, options)
  const value = await client.backend.runtimeCall(options.api, options.method, options.args, block.hash, options)
  return { block: blockNumber(block.number), blockHash: block.hash, value }
}

/**
 * Calls a runtime API at one block and gives the result's SCALE bytes.
 *
 * @throws As {@link callRuntimeApi}.
 *
 * Source: JSON-RPC `state_call`.
 */
export async function callRuntimeApiRaw(client: ChainClient, options: RuntimeApiCall & ReadOptions): Promise<RuntimeApiResult<Uint8Array>> {
  const block = await readBlock(client, options)
  const value = await client.backend.runtimeCallRaw(options.api, options.method, options.args, block.hash, options)
  return { block: blockNumber(block.number), blockHash: block.hash, value }
}
