import type { Signer, Ss58Address, Tao } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import { raoOf } from '../rao-of.js'
import type { CallOptions, CallResult, WaitFor } from '../submit/call-result.js'
import { submitCall } from '../submit/submit-call.js'

/** Arguments of {@link transfer}. */
export interface TransferOptions {
  /** The account that pays. */
  readonly from: Signer
  readonly to: Ss58Address | string
  readonly amount: Tao
}

/**
 * Sends TAO to another account, and keeps the sender's account alive.
 *
 * @returns The call's fate; refusals are values.
 * @throws CORE_UNIT_MISMATCH for an amount that is not TAO; see {@link submitCall} for the rest.
 *
 * Source: call `Balances.transfer_keep_alive` (3).
 */
export async function transfer<W extends WaitFor = 'inclusion'>(
  client: ChainClient,
  options: TransferOptions & CallOptions<W>,
): Promise<CallResult<W>> {
  const args = { dest: { Id: options.to }, value: raoOf(options.amount) }
  return submitCall(client, { pallet: 'Balances', name: 'transfer_keep_alive', args }, options.from, options)
}
