import { type Axon, type AxonOptions, createAxon } from '@tensorkit/axon'
import { type AxonEndpoint, type Clock, type Logger, TensorKitError } from '@tensorkit/core'
import type { Metagraph } from '@tensorkit/metagraph'
import type { Subtensor } from '@tensorkit/subtensor'
import type { Wallet } from '@tensorkit/wallet'
import type { NeuronConfig } from '../config/neuron-config.js'
import { defaultLogger } from './default-logger.js'
import { createLifecycle, type LifecycleOptions } from './lifecycle.js'
import type { NeuronListener } from './neuron-event.js'
import { openNeuron, registeredNeuron } from './open-neuron.js'

/** After a refusal that may pass, the address is published again after so many blocks. */
const SERVE_RETRY_BLOCKS = 10

/** What a miner's {@link RunMinerOptions.implement} may use besides the axon. */
export interface MinerContext {
  readonly wallet: Wallet
  readonly subtensor: Subtensor
  readonly metagraph: Metagraph
  readonly logger: Logger
}

/** What {@link runMiner} takes. */
export interface RunMinerOptions extends LifecycleOptions {
  readonly config: NeuronConfig
  /** Implements the subnet's protocols on the axon, before it listens. */
  readonly implement: (axon: Axon, context: MinerContext) => void | Promise<void>
  /** Overrides of the axon's options. By default callers need a validator permit. */
  readonly axon?: Partial<Omit<AxonOptions, 'signer' | 'directory' | 'host' | 'port'>> | undefined
  /** A wallet that is open already; without it the configuration's is opened. */
  readonly wallet?: Wallet | undefined
  readonly onEvent?: NeuronListener | undefined
  /** @defaultValue JSON lines on stderr, at the level of TENSORKIT_LOG_LEVEL */
  readonly logger?: Logger | undefined
  readonly clock?: Clock | undefined
}

/**
 * Runs a miner until it is told to end: opens wallet and chain, serves the axon, publishes where, and keeps the list of
 * admitted callers up to date, block by block.
 *
 * @returns When it has ended in order, calls in flight finished.
 * @throws NEURON_NOT_REGISTERED, at the start or when the hotkey loses its place; NEURON_CLOCK_SKEWED;
 * METAGRAPH_NOT_FOUND; AXON_ADDRESS_IN_USE; the errors of wallet and chain.
 *
 * @example
 * ```ts
 * await runMiner({
 *   config: readNeuronConfig(),
 *   implement: (axon) => axon.implement(Echo, { say: ({ text }) => ({ text }) }),
 * })
 * ```
 */
export async function runMiner(options: RunMinerOptions): Promise<void> {
  const { config, logger = defaultLogger('miner'), onEvent = () => {}, clock } = options
  const external = externalEndpoint(config)
  using lifecycle = createLifecycle(options, logger)
  await using neuron = await openNeuron({ config, logger, wallet: options.wallet, clock, signal: lifecycle.stopping })
  const { wallet, subtensor, metagraph } = neuron
  const { address } = wallet.hotkey
  onEvent({ type: 'started', role: 'miner', netuid: config.netuid, uid: neuron.uid, hotkey: address, block: metagraph.block })
  await using axon = createAxon({
    admit: { validatorPermit: true },
    logger,
    ...(clock && { clock }),
    ...options.axon,
    signer: wallet.hotkey,
    directory: metagraph,
    port: config.axon.port,
    ...(config.axon.host !== undefined && { host: config.axon.host }),
  })
  await options.implement(axon, { wallet, subtensor, metagraph, logger })
  await axon.listen({ signal: lifecycle.stopping })
  const endpoint = { host: external.host ?? axon.endpoint.host, port: external.port ?? axon.endpoint.port }
  logger.info({ ...endpoint, uid: neuron.uid, netuid: config.netuid }, 'Miner listens')
  onEvent({ type: 'listening', ...endpoint })
  let published = false
  let nextTry = 0
  for await (const snapshot of metagraph.subscribe({ signal: lifecycle.stopping })) {
    const own = await registeredNeuron(snapshot, address, subtensor)
    onEvent({ type: 'synced', block: snapshot.block })
    if (own.axon?.host === endpoint.host && own.axon.port === endpoint.port) {
      if (!published) onEvent({ type: 'serving', ...endpoint, block: snapshot.block })
      published = true
    } else if (snapshot.block >= nextTry) {
      published = false
      nextTry = snapshot.block + SERVE_RETRY_BLOCKS
      // Not waited for: the block that includes it is one of those that this loop sees.
      const result = await subtensor.serveAxon({
        netuid: config.netuid,
        hotkey: wallet.hotkey,
        ...endpoint,
        waitFor: 'pool',
        signal: lifecycle.stopping,
      })
      if (!result.ok && !result.error.retryable && !lifecycle.stopping.aborted) throw result.error
      if (result.ok) onEvent({ type: 'serve-submitted', ...endpoint, block: snapshot.block })
      else logger.warn({ code: result.error.code, reason: result.error.shortMessage, nextTry }, 'The address is not published yet')
    }
  }
  await axon.drain({ timeoutMs: lifecycle.drainTimeoutMs })
  onEvent({ type: 'stopped' })
}

/** What is to be published instead of where the axon listens. @throws CORE_INVALID_ARGUMENT if that must be given. */
function externalEndpoint({ axon }: NeuronConfig): Partial<AxonEndpoint> {
  if (axon.externalHost === undefined && (axon.host === '0.0.0.0' || axon.host === '::')) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'An axon on all addresses has no address to publish', {
      remedy: 'Give --axon.external-host, the address under which others reach this machine.',
    })
  }
  return {
    ...(axon.externalHost !== undefined && { host: axon.externalHost }),
    ...(axon.externalPort !== undefined && { port: axon.externalPort }),
  }
}
