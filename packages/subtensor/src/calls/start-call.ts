import { netUid, type Signer } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { CallOptions, CallResult, WaitFor } from '../submit/call-result.js'
import { submitCall } from '../submit/submit-call.js'

/** Arguments of {@link startCall}. */
export interface StartCallOptions {
  /** The coldkey that owns the subnet. */
  readonly coldkey: Signer
  readonly netuid: number
}

/**
 * Starts a subnet: from then on its token can be staked and emission flows.
 *
 * @returns The call's fate; refusals are values. See {@link submitCall} for what throws.
 *
 * Source: call `SubtensorModule.start_call` (92).
 */
export function startCall<W extends WaitFor = 'inclusion'>(
  client: ChainClient,
  options: StartCallOptions & CallOptions<W>,
): Promise<CallResult<W>> {
  return submitCall(
    client,
    { pallet: 'SubtensorModule', name: 'start_call', args: { netuid: netUid(options.netuid) } },
    options.coldkey,
    options,
  )
}
