import type { Signer } from '@tensorkit/core'
import type { ChainCall } from '../backend/chain-backend.js'
import type { ChainClient } from '../chain-client.js'
import type { CallOptions, CallResult, WaitFor } from '../submit/call-result.js'
import { submitCall } from '../submit/submit-call.js'

/** Arguments of {@link sudo}. */
export interface SudoOptions {
  /** The root key of the chain; on a localnet //Alice. */
  readonly sudoKey: Signer
  /** The call to make as root. */
  readonly call: ChainCall
}

/**
 * Makes a call as root. That the inner call failed is a failure of this one.
 *
 * @returns The call's fate; refusals are values. See {@link submitCall} for what throws.
 *
 * Source: call `Sudo.sudo` (0), event `Sudo.Sudid`.
 */
export function sudo<W extends WaitFor = 'inclusion'>(client: ChainClient, options: SudoOptions & CallOptions<W>): Promise<CallResult<W>> {
  return submitCall(client, { pallet: 'Sudo', name: 'sudo', args: { call: options.call } }, options.sudoKey, options)
}
