import type { Clock, Logger } from '@tensorkit/core'
import type { Dendrite, DendriteOptions } from '@tensorkit/dendrite'
import type { MetagraphSnapshot, Neuron } from '@tensorkit/metagraph'
import type { Wallet } from '@tensorkit/wallet'
import type { NeuronConfig } from '../config/neuron-config.js'
import type { Scores, ScoresOptions } from '../scores/scores.js'
import type { WeightsOptions } from '../weights/weight-setter.js'
import type { LifecycleOptions } from './lifecycle.js'
import type { NeuronListener } from './neuron-event.js'

/** What a round is given. */
export interface RoundContext {
  /** The block at which the round runs. */
  readonly block: number
  /** How many epochs the subnet has had. */
  readonly epoch: number
  /** Blocks since the last epoch began; 0 in the epoch's own block. */
  readonly blockInEpoch: number
  /** Who is asked: those that serve an axon and do not act as validators, save the owner of the subnet and this neuron. */
  readonly miners: readonly Neuron[]
  /** The subnet at this block. */
  readonly snapshot: MetagraphSnapshot
  /** Connected to `miners` ahead of the round; channels to others are closed at the next block. */
  readonly dendrite: Dendrite
  readonly scores: Scores
  /** This validator's own neuron. */
  readonly self: Neuron
  readonly logger: Logger
  /** Aborted when the round runs out of time, or the process has to end. */
  readonly signal: AbortSignal
}

/** What {@link runValidator} takes. */
export interface RunValidatorOptions extends LifecycleOptions {
  readonly config: NeuronConfig
  /** Asks miners and records scores. Runs once at each new block, one at a time; blocks are skipped while it runs. */
  readonly round: (context: RoundContext) => Promise<void> | void
  /** @defaultValue those of `createScores` */
  readonly scores?: ScoresOptions | undefined
  /** When and what to set. */
  readonly weights?: WeightsOptions | undefined
  /** Overrides of the dendrite's options: `allowPrivateAddresses` on a localnet, say. By default it calls in sessions over TLS. */
  readonly dendrite?: Partial<Omit<DendriteOptions, 'signer' | 'directory'>> | undefined
  /**
   * How long one round may take, in ms.
   *
   * @defaultValue 60000: five blocks of mainnet
   */
  readonly roundTimeoutMs?: number | undefined
  /** A wallet that is open already; without it the configuration's is opened. */
  readonly wallet?: Wallet | undefined
  readonly onEvent?: NeuronListener | undefined
  /** @defaultValue JSON lines on stderr, at the level of TENSORKIT_LOG_LEVEL */
  readonly logger?: Logger | undefined
  readonly clock?: Clock | undefined
}
