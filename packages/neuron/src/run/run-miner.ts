import { join } from 'node:path'
import { type Axon, type AxonOptions, createAxon, loadTlsIdentity, type TlsIdentity } from '@tensorkit/axon'
import { type AxonEndpoint, type Clock, type Logger, TensorKitError } from '@tensorkit/core'
import type { Metagraph } from '@tensorkit/metagraph'
import type { Subtensor } from '@tensorkit/subtensor'
import type { Wallet } from '@tensorkit/wallet'
import type { NeuronConfig } from '../config/neuron-config.js'
import { defaultLogger } from './default-logger.js'
import { createLifecycle, type LifecycleOptions } from './lifecycle.js'
import type { NeuronListener } from './neuron-event.js'
import { type OpenNeuron, openNeuron, registeredNeuron, stateDirectory } from './open-neuron.js'
import { AxonPublication } from './publish-axon.js'

/** What a miner's {@link RunMinerOptions.implement} may use besides the axon. */
export interface MinerContext {
  readonly wallet: Wallet
  readonly subtensor: Subtensor
  readonly metagraph: Metagraph
  readonly logger: Logger
  /**
   * Changes the TLS key without losing a call: it is published at the next block, and served as soon as the chain's pool
   * has taken that. Connections that are open stay as they are; who connects before the block is told the wrong key, and
   * gets in after it.
   *
   * It holds for this process. To keep it, put it in the file of the TLS key too.
   *
   * @throws CORE_INVALID_ARGUMENT on an axon that serves plain text.
   */
  rotateTls(identity: TlsIdentity): void
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
 * Runs a miner until it is told to end: opens wallet and chain, serves the axon over TLS, publishes its address and TLS
 * key, and keeps the list of admitted callers up to date, block by block.
 *
 * The TLS key lies in a file, `tls.pem` of the state directory or `axon.tlsKey` of the configuration, and is made at the
 * first start. A wallet in memory that has no state directory gets a new key at each start.
 *
 * @returns When it has ended in order, calls in flight finished.
 * @throws NEURON_NOT_REGISTERED, at the start or when the hotkey loses its place; NEURON_CLOCK_SKEWED;
 * METAGRAPH_NOT_FOUND; AXON_ADDRESS_IN_USE; AXON_TLS_KEY_UNSAFE and its like for the TLS key; the errors of wallet and chain.
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
  const insecure = options.axon?.insecure ?? config.insecure ?? false
  const tls = insecure ? undefined : (options.axon?.tls ?? (await ownTlsIdentity(neuron)))
  await using axon = createAxon({
    admit: { validatorPermit: true },
    logger,
    ...(clock && { clock }),
    ...options.axon,
    insecure,
    ...(tls && { tls }),
    signer: wallet.hotkey,
    directory: metagraph,
    port: config.axon.port,
    ...(config.axon.host !== undefined && { host: config.axon.host }),
  })
  let publication: AxonPublication | undefined
  const rotateTls = (identity: TlsIdentity) => {
    // Before it listens nothing is published yet. On plain text the axon refuses.
    if (publication && !insecure) publication.rotate(identity)
    else axon.rotateTls(identity)
  }
  await options.implement(axon, { wallet, subtensor, metagraph, logger, rotateTls })
  await axon.listen({ signal: lifecycle.stopping })
  const endpoint = { host: external.host ?? axon.endpoint.host, port: external.port ?? axon.endpoint.port }
  logger.info({ ...endpoint, uid: neuron.uid, netuid: config.netuid, tls: !insecure }, 'Miner listens')
  onEvent({ type: 'listening', ...endpoint })
  publication = new AxonPublication({
    axon,
    endpoint,
    netuid: config.netuid,
    hotkey: wallet.hotkey,
    subtensor,
    logger,
    onEvent,
    signal: lifecycle.stopping,
  })
  for await (const snapshot of metagraph.subscribe({ signal: lifecycle.stopping })) {
    const own = await registeredNeuron(snapshot, address, subtensor)
    onEvent({ type: 'synced', block: snapshot.block })
    await publication.onBlock(own, snapshot.block)
  }
  await axon.drain({ timeoutMs: lifecycle.drainTimeoutMs })
  onEvent({ type: 'stopped' })
}

/** The TLS key of the configuration; undefined where there is no place to keep one. */
async function ownTlsIdentity(neuron: OpenNeuron): Promise<TlsIdentity | undefined> {
  const { config, wallet } = neuron
  const { tlsKey } = config.axon
  if (tlsKey !== undefined) return loadTlsIdentity({ path: tlsKey })
  if (config.stateDirectory === undefined && wallet.directory === undefined) return undefined
  return loadTlsIdentity({ path: join(stateDirectory(neuron), 'tls.pem') })
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
