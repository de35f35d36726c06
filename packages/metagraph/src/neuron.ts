import type { AxonEndpoint, NeuronCertificate, NeuronEntry, SignatureScheme, Ss58Address, Uid } from '@tensorkit/core'

/** The chain's 1.0 for a fraction of 16 bits. */
export const U16_MAX = 65_535

/** The fields of a {@link Neuron}. */
export interface NeuronFields {
  readonly uid: Uid
  readonly hotkey: Ss58Address
  readonly coldkey: Ss58Address
  readonly scheme: SignatureScheme
  readonly validatorPermit: boolean
  readonly active: boolean
  readonly stake: bigint
  readonly alphaStake: bigint
  readonly taoStake: bigint
  readonly consensus: number
  readonly incentive: number
  readonly dividends: number
  readonly validatorTrust: number
  readonly emission: bigint
  readonly lastUpdate: number
  readonly registeredAt: number
  readonly axon?: AxonEndpoint
  readonly certificate?: NeuronCertificate
}

/** One neuron of a subnet at one block. Cannot be changed. */
export class Neuron implements NeuronEntry {
  readonly uid: Uid
  readonly hotkey: Ss58Address
  readonly coldkey: Ss58Address
  /** From the configuration: the chain does not say of which scheme a hotkey is. */
  readonly scheme: SignatureScheme
  /** Whether it may set weights, by the last epoch. */
  readonly validatorPermit: boolean
  /** Whether it set weights within the activity cut-off, by the last epoch. */
  readonly active: boolean
  /** Total stake in rao: alpha, plus TAO on the root network by its weight. The chain's `total_stake`. */
  readonly stake: bigint
  /** Stake on this subnet, in rao of its alpha. */
  readonly alphaStake: bigint
  /** Stake on the root network, in rao of TAO. */
  readonly taoStake: bigint
  /** u16: 65535 is 1. What the validators agree that it deserves. */
  readonly consensus: number
  /** u16: 65535 is 1. Its share of the miners' emission. */
  readonly incentive: number
  /** u16: 65535 is 1. Its share of the validators' emission. */
  readonly dividends: number
  /** u16: 65535 is 1. How much of its weights lies within the consensus. */
  readonly validatorTrust: number
  /** What it earned at the last epoch, in rao of the subnet's alpha. */
  readonly emission: bigint
  /** The block of its last weights, or of its registration. */
  readonly lastUpdate: number
  /** The block at which its hotkey was registered. */
  readonly registeredAt: number
  /** Where it says that it serves; absent if it serves nothing. */
  declare readonly axon?: AxonEndpoint
  /** The TLS key that it published, whatever it is; absent if it published none, or they are not read. Do not write to its bytes. */
  declare readonly certificate?: NeuronCertificate

  constructor(fields: NeuronFields) {
    this.uid = fields.uid
    this.hotkey = fields.hotkey
    this.coldkey = fields.coldkey
    this.scheme = fields.scheme
    this.validatorPermit = fields.validatorPermit
    this.active = fields.active
    this.stake = fields.stake
    this.alphaStake = fields.alphaStake
    this.taoStake = fields.taoStake
    this.consensus = fields.consensus
    this.incentive = fields.incentive
    this.dividends = fields.dividends
    this.validatorTrust = fields.validatorTrust
    this.emission = fields.emission
    this.lastUpdate = fields.lastUpdate
    this.registeredAt = fields.registeredAt
    if (fields.axon) this.axon = Object.freeze({ ...fields.axon })
    if (fields.certificate) this.certificate = Object.freeze({ ...fields.certificate })
    Object.freeze(this)
  }

  /** Whether it has a permit and has set weights since it was registered. */
  get actsAsValidator(): boolean {
    return this.validatorPermit && this.lastUpdate > this.registeredAt
  }

  /** {@link consensus} from 0 to 1. */
  get consensusRatio(): number {
    return this.consensus / U16_MAX
  }

  /** {@link incentive} from 0 to 1. */
  get incentiveRatio(): number {
    return this.incentive / U16_MAX
  }

  /** {@link dividends} from 0 to 1. */
  get dividendsRatio(): number {
    return this.dividends / U16_MAX
  }

  /** {@link validatorTrust} from 0 to 1. */
  get validatorTrustRatio(): number {
    return this.validatorTrust / U16_MAX
  }
}
