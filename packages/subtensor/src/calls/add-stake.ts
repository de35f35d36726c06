import { netUid, type Signer, type Ss58Address, type Tao } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import { raoOf } from '../rao-of.js'
import type { CallOptions, CallResult, WaitFor } from '../submit/call-result.js'
import { submitCall } from '../submit/submit-call.js'

/** Arguments of {@link addStake}. */
export interface AddStakeOptions {
  /** The coldkey whose TAO is staked. */
  readonly coldkey: Signer
  readonly netuid: number
  /** The hotkey that is staked on. */
  readonly hotkey: Ss58Address | string
  /** The pool turns it into the subnet's alpha at the price of the moment, without a limit. */
  readonly amount: Tao
}

/**
 * Stakes TAO on a hotkey of a subnet.
 *
 * @returns The call's fate; refusals are values.
 * @throws CORE_UNIT_MISMATCH for an amount that is not TAO; see {@link submitCall} for the rest.
 *
 * Source: call `SubtensorModule.add_stake` (2).
 */
export async function addStake<W extends WaitFor = 'inclusion'>(
  client: ChainClient,
  options: AddStakeOptions & CallOptions<W>,
): Promise<CallResult<W>> {
  const args = { hotkey: options.hotkey, netuid: netUid(options.netuid), amount_staked: raoOf(options.amount) }
  return submitCall(client, { pallet: 'SubtensorModule', name: 'add_stake', args }, options.coldkey, options)
}
