import { netUid, type Signer, type Ss58Address } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { CallOptions, CallResult, WaitFor } from '../submit/call-result.js'
import { submitCall } from '../submit/submit-call.js'

/** Arguments of {@link burnedRegister}. */
export interface BurnedRegisterOptions {
  /** The coldkey that pays the burn and owns the hotkey from then on. */
  readonly coldkey: Signer
  readonly netuid: number
  /** The hotkey to register. */
  readonly hotkey: Ss58Address | string
}

/**
 * Registers a neuron and pays the burn of the moment, whatever it is: read it with {@link getBurn} before.
 *
 * @returns The call's fate; refusals are values. See {@link submitCall} for what throws.
 *
 * Source: call `SubtensorModule.burned_register` (7).
 */
export function burnedRegister<W extends WaitFor = 'inclusion'>(
  client: ChainClient,
  options: BurnedRegisterOptions & CallOptions<W>,
): Promise<CallResult<W>> {
  const args = { netuid: netUid(options.netuid), hotkey: options.hotkey }
  return submitCall(client, { pallet: 'SubtensorModule', name: 'burned_register', args }, options.coldkey, options)
}
