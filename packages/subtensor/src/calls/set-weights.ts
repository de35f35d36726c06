import { netUid, type Signer, TensorKitError, uid } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { CallOptions, CallResult, WaitFor } from '../submit/call-result.js'
import { submitCall } from '../submit/submit-call.js'

/** Arguments of {@link setWeights}. */
export interface SetWeightsOptions {
  readonly netuid: number
  /** The validator's hotkey. The call is free of fees. */
  readonly hotkey: Signer
  /** Each at most once. */
  readonly uids: readonly number[]
  /** As many as uids; u16, of which the chain makes the largest 65535. */
  readonly weights: readonly number[]
  /** At least the version key of the subnet. @defaultValue 0n, which a subnet without a key takes */
  readonly versionKey?: bigint | undefined
  /** The mechanism. @defaultValue 0, which every subnet has */
  readonly mechid?: number | undefined
}

/**
 * Sets the weights that a validator gives to neurons, in plain form: a subnet with commit-reveal refuses that
 * (CHAIN_COMMIT_REVEAL).
 *
 * @returns The call's fate; refusals are values.
 * @throws CORE_INVALID_ARGUMENT for lists of different length, a uid twice, or a number that is no u16; see
 * {@link submitCall} for the rest.
 *
 * Source: calls `SubtensorModule.set_weights` (0) and `set_mechanism_weights` (119).
 */
export async function setWeights<W extends WaitFor = 'inclusion'>(
  client: ChainClient,
  options: SetWeightsOptions & CallOptions<W>,
): Promise<CallResult<W>> {
  const { weights, versionKey = 0n, mechid = 0 } = options
  const uids = options.uids.map((value) => uid(value))
  if (uids.length !== weights.length || new Set(uids).size !== uids.length) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'Weights need as many uids as weights, and each uid once', {
      facts: { uids: uids.length, weights: weights.length },
    })
  }
  const wrong = weights.find((weight) => !Number.isInteger(weight) || weight < 0 || weight > 65_535)
  if (wrong !== undefined)
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A weight must be an integer from 0 to 65535', { facts: { weight: wrong } })
  const args = { netuid: netUid(options.netuid), dests: uids, weights, version_key: versionKey }
  const call =
    mechid === 0
      ? { pallet: 'SubtensorModule', name: 'set_weights', args }
      : { pallet: 'SubtensorModule', name: 'set_mechanism_weights', args: { ...args, mecid: mechid } }
  return submitCall(client, call, options.hotkey, options)
}
