import { isIP } from 'node:net'
import { type AxonEndpoint, isSs58Address, type NeuronEntry, type Ss58Address, TensorKitError, type Uid } from '@tensorkit/core'

/**
 * Whom to call: a neuron from a directory, at the address that it published, or a hotkey at an address that you
 * configured yourself. The axon must hold that hotkey: a request signed for another one is refused.
 */
export type Target = NeuronEntry | (AxonEndpoint & { readonly hotkey: string; readonly uid?: Uid })

/** A target with what a call needs. */
export interface ResolvedTarget extends AxonEndpoint {
  readonly hotkey: Ss58Address
  readonly uid: Uid | undefined
  /** Whether a stranger chose the address. */
  readonly isFromChain: boolean
}

const isEntry = (target: Target): target is NeuronEntry => 'validatorPermit' in target

/**
 * Checks a target.
 *
 * @param isHotkey - Whether a text is an address; a dendrite remembers those that it saw.
 * @returns It, or why it cannot be called.
 */
export function resolveTarget(target: Target, isHotkey: (text: string) => boolean = isSs58Address): ResolvedTarget | TensorKitError {
  const { uid } = target
  const endpoint = isEntry(target) ? target.axon : target
  if (endpoint === undefined) {
    return new TensorKitError('DENDRITE_UNREACHABLE', 'The neuron serves no axon', {
      facts: { hotkey: target.hotkey, uid },
      retryable: false,
    })
  }
  const { host, port } = endpoint
  // A directory checked its hotkeys when it was made; one from a configuration is checked here.
  if (!isEntry(target) && !isHotkey(target.hotkey)) {
    return new TensorKitError('CORE_ADDRESS_INVALID', 'The hotkey of the target is not an SS58 address with prefix 42')
  }
  if (!Number.isInteger(port) || port < 1 || port > 65535 || host.length > 253 || (isIP(host) === 0 && !/^[A-Za-z0-9.-]+$/.test(host))) {
    return new TensorKitError('DENDRITE_ADDRESS_REFUSED', 'The address of the target is not one', {
      facts: { hotkey: target.hotkey, port },
    })
  }
  return { hotkey: target.hotkey as Ss58Address, uid, host, port, isFromChain: isEntry(target) }
}
