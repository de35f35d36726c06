import type { ErrorCode } from './codes.js'
import { TensorKitError } from './tensorkit-error.js'

/** Codes whose exit code is not that of their area. */
const special: Partial<Record<ErrorCode, number>> = {
  CORE_INVALID_ARGUMENT: 2,
  CORE_ADDRESS_INVALID: 2,
  CORE_UNIT_MISMATCH: 2,
  PROTOCOL_INVALID: 2,
  LOCALNET_REMOTE_REFUSED: 2,
  AXON_TLS_KEY_UNSAFE: 5,
  AXON_TLS_KEY_INVALID: 5,
  AXON_TLS_KEY_IO: 5,
  AXON_ADDRESS_IN_USE: 6,
  LOCALNET_ADDRESS_IN_USE: 6,
  NEURON_NOT_REGISTERED: 7,
  CHAIN_NOT_REGISTERED: 7,
  AXON_NOT_REGISTERED: 7,
  NEURON_CLOCK_SKEWED: 8,
  AUTH_STALE: 8,
  PROTOCOL_MISMATCH: 9,
  NEURON_VERSION_TOO_OLD: 9,
}

const byArea: Readonly<Record<string, number>> = { WALLET: 3, CHAIN: 4, METAGRAPH: 4, NEURON: 5 }

/**
 * The exit code of a program that ends with an error; these numbers stay as they are.
 *
 * 1 anything else · 2 a wrong argument · 3 the wallet · 4 the chain · 5 the neuron's state or round · 6 a taken port ·
 * 7 not registered · 8 a wrong clock · 9 another protocol or version.
 */
export function exitCodeOf(error: unknown): number {
  if (!TensorKitError.isInstance(error)) return 1
  return special[error.code] ?? byArea[error.code.split('_')[0] as string] ?? 1
}
