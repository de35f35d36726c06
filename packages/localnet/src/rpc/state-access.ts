import { TensorKitError } from '@tensorkit/core'
import type { Block } from '../block/block.js'
import type { Chain } from '../block/chain.js'
import { clientError } from './rpc-error.js'

/**
 * The block whose state is asked for.
 *
 * @param hash - In hex, or undefined for the head.
 * @throws 4003 as a Substrate node: unknown, or known but pruned.
 */
export function requireBlock(chain: Chain, hash: string | undefined): Block {
  if (hash === undefined) return chain.head
  const block = chain.block(hash)
  if (block && chain.hasState(block)) return block
  throw clientError(
    chain.knows(hash) ? `UnknownBlock: State already discarded for ${hash}` : `UnknownBlock: Header was not found in the database: ${hash}`,
  )
}

/**
 * Calls a runtime API on the state after a block.
 *
 * @throws 4003, as Substrate for an unknown export or a trap: with LOCALNET_NOT_MODELLED as data where the runtime refuses the API by
 * name, with CORE_INVALID_ARGUMENT where it cannot decode the arguments.
 */
export function runtimeCall(chain: Chain, block: Block, method: string, args: Uint8Array): Uint8Array {
  try {
    return chain.runtime.call(chain.stateAt(block), method, args, chain.contextAt(block))
  } catch (error) {
    // Where a wasm runtime traps on bytes that it cannot decode, this one throws a RangeError.
    if (error instanceof RangeError) throw clientError('Execution failed: the arguments cannot be decoded', 'CORE_INVALID_ARGUMENT')
    if (!TensorKitError.isInstance(error)) throw error
    throw clientError(`Execution failed: ${error.shortMessage}`, error.code)
  }
}
