import { isIP } from 'node:net'
import {
  type AxonEndpoint,
  isSs58Address,
  type NeuronCertificate,
  type NeuronEntry,
  type SignatureScheme,
  type Ss58Address,
  TensorKitError,
  type Uid,
} from '@tensorkit/core'

/**
 * How a dendrite proves who calls. `session`: one mutual signature for each connection, then a token; it proves the axon as well. `btauth`:
 * one signature for each call, unary and server-streaming alone; it proves no axon, and is there for callers and axons that need it.
 */
export type AuthProfile = 'session' | 'btauth'

/** An axon at an address that you configured yourself. */
export interface ConfiguredTarget extends AxonEndpoint {
  /** SS58, prefix 42. The axon must hold this hotkey. */
  readonly hotkey: string
  readonly uid?: Uid
  /** The hotkey's scheme. @defaultValue what the directory says, else `sr25519` */
  readonly scheme?: SignatureScheme
  /** @defaultValue the dendrite's */
  readonly profile?: AuthProfile
  /** Plain text for this target: a loopback literal only, unless the dendrite is `insecure`. @defaultValue the dendrite's `insecure` */
  readonly plaintext?: boolean
}

/**
 * Whom to call: a neuron from a directory, at the address that it published, or a hotkey at an address that you
 * configured yourself. The axon must hold that hotkey: a request signed for another one is refused.
 */
export type Target = (NeuronEntry & { readonly profile?: AuthProfile }) | ConfiguredTarget

/** A target with what a call needs. */
export interface ResolvedTarget extends AxonEndpoint {
  readonly hotkey: Ss58Address
  readonly uid: Uid | undefined
  /** Whether a stranger chose the address. */
  readonly isFromChain: boolean
  /** As far as the target itself says. */
  readonly scheme: SignatureScheme | undefined
  readonly profile: AuthProfile | undefined
  readonly plaintext: boolean | undefined
  readonly certificate: NeuronCertificate | undefined
}

const isEntry = (target: Target): target is NeuronEntry => 'validatorPermit' in target

/**
 * Checks a target.
 *
 * @param isHotkey - Whether a text is an address; a dendrite remembers those that it saw.
 * @returns It, or why it cannot be called.
 */
export function resolveTarget(target: Target, isHotkey: (text: string) => boolean = isSs58Address): ResolvedTarget | TensorKitError {
  const { uid, scheme, profile } = target
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
  if (profile !== undefined && profile !== 'session' && profile !== 'btauth') {
    return new TensorKitError('CORE_INVALID_ARGUMENT', 'The profile of a target is session or btauth')
  }
  const isFromChain = isEntry(target)
  return {
    hotkey: target.hotkey as Ss58Address,
    uid,
    host,
    port,
    isFromChain,
    scheme,
    profile,
    plaintext: isFromChain ? undefined : target.plaintext,
    certificate: isFromChain ? target.certificate : undefined,
  }
}
