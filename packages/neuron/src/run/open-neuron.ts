import { join } from 'node:path'
import { type Clock, type Logger, type Ss58Address, TensorKitError, type Uid } from '@tensorkit/core'
import { type Metagraph, type MetagraphSnapshot, type Neuron, openMetagraph } from '@tensorkit/metagraph'
import { connectSubtensor, type Subtensor } from '@tensorkit/subtensor'
import { openWallet, type Wallet } from '@tensorkit/wallet'
import { chainOptions, type NeuronConfig } from '../config/neuron-config.js'
import { assertClock, measureClockSkew } from './check-clock.js'

/** A neuron's resources, open. */
export interface OpenNeuron extends AsyncDisposable {
  readonly config: NeuronConfig
  readonly wallet: Wallet
  readonly subtensor: Subtensor
  readonly metagraph: Metagraph
  readonly uid: Uid
}

/** What {@link openNeuron} takes. */
export interface OpenNeuronOptions {
  readonly config: NeuronConfig
  readonly logger: Logger
  /** A wallet that is open already; without it the configuration's is opened. */
  readonly wallet?: Wallet | undefined
  readonly clock?: Clock | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens wallet, connection and metagraph, and checks what would make all later work fail: clock and registration.
 *
 * @throws The wallet's and the chain's errors; NEURON_CLOCK_SKEWED; METAGRAPH_NOT_FOUND; NEURON_NOT_REGISTERED.
 */
export async function openNeuron({ config, logger, wallet, clock, signal }: OpenNeuronOptions): Promise<OpenNeuron> {
  const opened = wallet ?? (await openWallet(config.wallet))
  const subtensor = await connectSubtensor({ ...chainOptions(config.chain), logger, signal })
  try {
    const [skew, metagraph] = await Promise.all([
      measureClockSkew(subtensor, { clock, signal }),
      openMetagraph({ subtensor, netuid: config.netuid, signal }),
    ])
    assertClock(skew)
    const own = await registeredNeuron(metagraph.snapshot, opened.hotkey.address, subtensor)
    return { config, wallet: opened, subtensor, metagraph, uid: own.uid, [Symbol.asyncDispose]: () => subtensor.close() }
  } catch (error) {
    await subtensor.close()
    throw error
  }
}

/** The neuron of a hotkey. @throws NEURON_NOT_REGISTERED, with what registration costs now. */
export async function registeredNeuron(snapshot: MetagraphSnapshot, hotkey: Ss58Address, subtensor: Subtensor): Promise<Neuron> {
  const own = snapshot.get(hotkey)
  if (own) return own
  throw new TensorKitError('NEURON_NOT_REGISTERED', 'The hotkey is not registered on the subnet', {
    facts: { hotkey, netuid: snapshot.netuid, chain: subtensor.endpoint, block: snapshot.block, burnRao: snapshot.subnet.burn },
    remedy: 'Register the hotkey on this subnet with its coldkey (burnedRegister; it costs the burn), or correct wallet, netuid or chain.',
  })
}

/**
 * Where this neuron keeps its state: one directory for each chain, subnet and hotkey, so that none meets another's.
 *
 * @throws CORE_INVALID_ARGUMENT for a wallet without a directory, if none is configured.
 */
export function stateDirectory({ config, wallet, subtensor }: OpenNeuron): string {
  const root = config.stateDirectory ?? (wallet.directory === undefined ? undefined : join(wallet.directory, 'tensorkit'))
  if (root === undefined) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A wallet in memory has no directory for state', {
      remedy: 'Give stateDirectory or --state.',
    })
  }
  return join(root, subtensor.genesisHash.slice(0, 16), `netuid-${config.netuid}`, wallet.hotkey.address)
}
