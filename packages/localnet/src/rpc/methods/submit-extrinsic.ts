import { TensorKitError } from '@tensorkit/core'
import type { Chain } from '../../block/chain.js'
import { extrinsicBody } from '../../block/extrinsic.js'
import type { TransactionStatus } from '../../pool/pool-transaction.js'
import type { SubmitResult } from '../../pool/transaction-pool.js'
import { poolError } from '../pool-error.js'
import { RpcError } from '../rpc-error.js'

/**
 * Submits an extrinsic to the pool.
 *
 * @throws 1001 for a wrong length prefix, 1002 where the runtime fails at it, 1010 to 1019 for what the pool refuses.
 */
export function submitExtrinsic(
  chain: Chain,
  bytes: Uint8Array,
  watcher?: (status: TransactionStatus) => void,
): Extract<SubmitResult, { ok: true }> {
  if (!extrinsicBody(bytes)) throw new RpcError({ code: 1001, message: 'Extrinsic has invalid format: the length prefix does not fit' })
  let result: SubmitResult
  try {
    result = chain.pool.submit(bytes, watcher)
  } catch (error) {
    // A wasm runtime traps on what it cannot decode; this one throws.
    if (!TensorKitError.isInstance(error)) throw error
    throw new RpcError({ code: 1002, message: `Verification Error: ${error.shortMessage}`, data: error.code })
  }
  if (!result.ok) throw poolError(result.refusal)
  return result
}
