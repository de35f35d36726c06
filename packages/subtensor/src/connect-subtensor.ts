import { type Logger, silentLogger, TensorKitError } from '@tensorkit/core'
import { parseEndpoint } from './endpoint.js'
import { type NetworkName, networks } from './networks.js'
import { InclusionTracker } from './submit/inclusion-tracker.js'
import { KeyedLock } from './submit/keyed-lock.js'
import { createSubtensor, type Subtensor } from './subtensor.js'

/** How to reach a chain. */
export interface ConnectSubtensorOptions {
  /** A ws: or wss: URL. Give this or `network`. */
  readonly endpoint?: string | undefined
  /** A network by name. Give this or `endpoint`. */
  readonly network?: NetworkName | undefined
  /**
   * How long connecting, and each later request, may take, in ms.
   *
   * @defaultValue 10000: a node that takes longer is overloaded, and a neuron can ask again
   */
  readonly timeoutMs?: number | undefined
  /**
   * How long a lost connection is tried again before it is given up, in ms.
   *
   * @defaultValue 60000: a node's restart takes less
   */
  readonly reconnectTimeoutMs?: number | undefined
  /** Ends connecting early; has no effect once connected. */
  readonly signal?: AbortSignal | undefined
  /** @defaultValue silent */
  readonly logger?: Logger | undefined
}

/**
 * Connects to a Bittensor chain.
 *
 * Everything known of the chain (storage, calls, errors, runtime APIs) comes from its live metadata. A lost connection
 * is made again by itself; what was under way then fails with CHAIN_DISCONNECTED.
 *
 * @returns The client. Close it when done: `close()` or `await using`.
 * @throws CHAIN_UNREACHABLE, CHAIN_TIMEOUT, CHAIN_INCOMPATIBLE (no metadata V15), CORE_ABORTED, CORE_INVALID_ARGUMENT.
 *
 * @example
 * ```ts
 * const subtensor = await connectSubtensor({ endpoint: 'ws://127.0.0.1:9944' })
 * console.log((await subtensor.getHead()).number)
 * await subtensor.close()
 * ```
 *
 * Source: JSON-RPC of Substrate; runtime call `Metadata_metadata_at_version(15)`.
 */
export async function connectSubtensor(options: ConnectSubtensorOptions): Promise<Subtensor> {
  const { timeoutMs = 10_000, reconnectTimeoutMs = 60_000, logger = silentLogger, signal } = options
  if (!(timeoutMs > 0) || !(reconnectTimeoutMs >= 0)) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'Time-outs must be positive', { facts: { timeoutMs, reconnectTimeoutMs } })
  }
  const { url, shown } = parseEndpoint(chooseEndpoint(options))
  if (signal?.aborted) throw new TensorKitError('CORE_ABORTED', 'Connecting to the chain was aborted')
  // Loaded only here: it takes most of a second, and a miner with a static directory never needs it.
  const { PolkadotBackend } = await import('./backend/polkadot/polkadot-backend.js')
  const backend = await PolkadotBackend.open({ url, endpoint: shown, timeoutMs, reconnectTimeoutMs, logger }, signal)
  return createSubtensor({ backend, logger, timeoutMs, locks: new KeyedLock(), tracker: new InclusionTracker(backend, logger) })
}

function chooseEndpoint({ endpoint, network }: ConnectSubtensorOptions): string {
  if ((endpoint === undefined) === (network === undefined)) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'Give either endpoint or network')
  }
  if (endpoint !== undefined) return endpoint
  const found = Object.hasOwn(networks, network as string) ? networks[network as NetworkName] : undefined
  if (found === undefined) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'There is no such network', {
      facts: { network: String(network), known: Object.keys(networks).join(', ') },
    })
  }
  return found
}
