import { type BlockNumber, type NetUid, type NeuronDirectory, type Ss58Address, TensorKitError } from '@tensorkit/core'
import type { Neuron } from './neuron.js'

/** A subnet's own state at one block. Amounts are in rao. */
export interface SubnetState {
  readonly name: string
  /** The token's symbol. */
  readonly symbol: string
  readonly ownerHotkey: Ss58Address
  readonly ownerColdkey: Ss58Address
  readonly registeredAt: number
  /** Blocks between two epochs. */
  readonly tempo: number
  /** The block of the last epoch that ran to its end. */
  readonly lastStep: number
  readonly blocksSinceLastStep: number
  readonly maxUids: number
  readonly maxValidators: number
  /** Blocks that a new neuron cannot be replaced. */
  readonly immunityPeriod: number
  /** Blocks after which a neuron without new weights is inactive. */
  readonly activityCutoff: number
  readonly minAllowedWeights: number
  /** The version key that weights need at least. */
  readonly weightsVersion: bigint
  /** Blocks between two settings of weights. */
  readonly weightsRateLimit: number
  readonly commitRevealWeightsEnabled: boolean
  /** Blocks between two calls of serve_axon. */
  readonly servingRateLimit: number
  readonly registrationAllowed: boolean
  /** What registering a neuron costs now, in rao of TAO. */
  readonly burn: bigint
  /** The pool's TAO. */
  readonly taoIn: bigint
  /** The pool's alpha. */
  readonly alphaIn: bigint
  /** All alpha outside the pool. */
  readonly alphaOut: bigint
  /** Alpha that the next epoch distributes. */
  readonly pendingAlphaEmission: bigint
}

/** What a {@link MetagraphSnapshot} is made of. */
export interface SnapshotFields {
  readonly netuid: NetUid
  readonly genesisHash: string
  readonly block: BlockNumber
  readonly blockHash: string
  readonly syncedAtMs: number
  readonly subnet: SubnetState
  /** By ascending uid, without gaps. */
  readonly neurons: readonly Neuron[]
}

/** A subnet and all its neurons at one block. Cannot be changed; look-ups do no I/O. */
export class MetagraphSnapshot implements NeuronDirectory {
  readonly netuid: NetUid
  /** 64 lower-case hex digits, without 0x. */
  readonly genesisHash: string
  readonly block: BlockNumber
  /** With 0x. */
  readonly blockHash: string
  /** When it was read: unix ms by this machine's clock. */
  readonly syncedAtMs: number
  readonly subnet: SubnetState
  /** Index = uid. */
  readonly neurons: readonly Neuron[]
  readonly #byHotkey: ReadonlyMap<string, Neuron>

  constructor(fields: SnapshotFields) {
    this.netuid = fields.netuid
    this.genesisHash = fields.genesisHash
    this.block = fields.block
    this.blockHash = fields.blockHash
    this.syncedAtMs = fields.syncedAtMs
    this.subnet = Object.freeze({ ...fields.subnet })
    this.neurons = Object.freeze([...fields.neurons])
    this.#byHotkey = new Map(this.neurons.map((neuron) => [neuron.hotkey, neuron]))
    Object.freeze(this)
  }

  /** The neuron registered under a hotkey, if any. */
  get(hotkey: Ss58Address | string): Neuron | undefined {
    return this.#byHotkey.get(hotkey)
  }

  /** The neuron at a uid. @throws CORE_INVALID_ARGUMENT if the subnet has no such uid. */
  neuron(uid: number): Neuron {
    const found = this.neurons[uid]
    if (found) return found
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The subnet has no such uid', {
      facts: { uid, size: this.neurons.length, netuid: this.netuid },
    })
  }

  /** All neurons, by ascending uid. */
  all(): readonly Neuron[] {
    return this.neurons
  }

  /** Those with a validator permit, whether they use it or not. Permits are given at an epoch. */
  validators(): readonly Neuron[] {
    return this.neurons.filter((neuron) => neuron.validatorPermit)
  }

  /**
   * Those that do not act as validators, save the owner of the subnet.
   *
   * A permit alone makes no validator: it goes to whoever has stake, and so to miners that earned some. Who has a permit
   * and has set weights since it was registered is one.
   */
  miners(): readonly Neuron[] {
    return this.neurons.filter((neuron) => !neuron.actsAsValidator && neuron.hotkey !== this.subnet.ownerHotkey)
  }

  /** Those that published an axon. */
  serving(): readonly Neuron[] {
    return this.neurons.filter((neuron) => neuron.axon !== undefined)
  }
}
