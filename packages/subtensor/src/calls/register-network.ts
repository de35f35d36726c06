import type { Signer, Ss58Address } from '@tensorkit/core'
import { netUid } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { CallOptions, CallResult, WaitFor } from '../submit/call-result.js'
import { submitCall } from '../submit/submit-call.js'

/** Arguments of {@link registerNetwork}. */
export interface RegisterNetworkOptions {
  /** The coldkey that will own the subnet; pays the lock cost. */
  readonly coldkey: Signer
  /** The hotkey that becomes uid 0 of the subnet. */
  readonly hotkey: Ss58Address | string
}

/**
 * Registers a new subnet. Its netuid is in the event `NetworkAdded`: see {@link registeredNetuid}.
 *
 * @returns The call's fate; refusals are values. See {@link submitCall} for what throws.
 *
 * Source: call `SubtensorModule.register_network` (59).
 */
export function registerNetwork<W extends WaitFor = 'inclusion'>(
  client: ChainClient,
  options: RegisterNetworkOptions & CallOptions<W>,
): Promise<CallResult<W>> {
  return submitCall(
    client,
    { pallet: 'SubtensorModule', name: 'register_network', args: { hotkey: options.hotkey } },
    options.coldkey,
    options,
  )
}

/** The netuid that a call of {@link registerNetwork} was given; undefined if the events hold none. */
export function registeredNetuid(result: {
  readonly events: readonly { readonly name: string; readonly data: readonly unknown[] }[]
}): number | undefined {
  const added = result.events.find((event) => event.name === 'NetworkAdded')
  return typeof added?.data[0] === 'number' ? netUid(added.data[0]) : undefined
}
