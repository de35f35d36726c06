import type { Signer, Ss58Address } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { CallOptions, CallResult, WaitFor } from '../submit/call-result.js'
import { submitCall } from '../submit/submit-call.js'

/** Arguments of {@link transfer}. */
export interface TransferOptions {
  /** The account that pays. */
  readonly from: Signer
  readonly to: Ss58Address | string
  /** In rao. */
  readonly amount: bigint
}

/**
 * Sends TAO to another account, and keeps the sender's account alive.
 *
 * @returns The call's fate; refusals are values. See {@link submitCall} for what throws.
 *
 * Source: call `Balances.transfer_keep_alive` (3).
 */
export function transfer<W extends WaitFor = 'inclusion'>(client: ChainClient, options: TransferOptions & CallOptions<W>): Promise<CallResult<W>> {
  const args = { dest: { Id: options.to }, value: options.amount }
  return submitCall(client, { pallet: 'Balances', name: 'transfer_keep_alive', args }, options.from, options)
}
