import { netUid, type Signer, TensorKitError } from '@tensorkit/core'
import type { ChainCall } from '../backend/chain-backend.js'
import type { ChainClient } from '../chain-client.js'
import type { CallOptions, CallResult, WaitFor } from '../submit/call-result.js'
import { submitCall } from '../submit/submit-call.js'
import { type HyperparameterName, type HyperparameterValue, hyperparameterCalls } from './hyperparameter-calls.js'

/** Arguments of {@link setHyperparameter}. */
export interface SetHyperparameterOptions<N extends HyperparameterName> {
  readonly netuid: number
  readonly name: N
  readonly value: HyperparameterValue<N>
  /** The root key of the chain, or the coldkey that owns the subnet where an owner may set it. */
  readonly signer: Signer
  /** As whom to call. @defaultValue `'root'`, through sudo; `'owner'` calls directly */
  readonly as?: 'root' | 'owner' | undefined
}

/**
 * Sets a hyperparameter of a subnet.
 *
 * Most are frozen in the last blocks before an epoch (CHAIN_TOO_EARLY), for root too. An owner may set each once in two
 * tempos.
 *
 * @returns The call's fate; refusals are values.
 * @throws CORE_INVALID_ARGUMENT for an unknown name or a value of the wrong type; see {@link submitCall} for the rest.
 *
 * Source: calls of `AdminUtils`, by `Sudo.sudo` for root.
 */
export async function setHyperparameter<N extends HyperparameterName, W extends WaitFor = 'inclusion'>(
  client: ChainClient,
  options: SetHyperparameterOptions<N> & CallOptions<W>,
): Promise<CallResult<W>> {
  const call = hyperparameterCall(options)
  const wrapped: ChainCall = options.as === 'owner' ? call : { pallet: 'Sudo', name: 'sudo', args: { call } }
  return submitCall(client, wrapped, options.signer, options)
}

/** The call of AdminUtils that sets a hyperparameter, for {@link sudo} or a batch. @throws CORE_INVALID_ARGUMENT. */
export function hyperparameterCall<N extends HyperparameterName>(options: {
  readonly netuid: number
  readonly name: N
  readonly value: HyperparameterValue<N>
}): ChainCall {
  const { name, value } = options
  const entry = Object.hasOwn(hyperparameterCalls, name) ? hyperparameterCalls[name] : undefined
  if (!entry) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'There is no such hyperparameter', {
      facts: { name: String(name), known: Object.keys(hyperparameterCalls).join(', ') },
    })
  }
  if (typeof value !== entry.kind)
    throw new TensorKitError('CORE_INVALID_ARGUMENT', `The hyperparameter ${name} takes a ${entry.kind}`, {
      facts: { given: typeof value },
    })
  return { pallet: 'AdminUtils', name: entry.call, args: { netuid: netUid(options.netuid), [entry.argument]: value } }
}
