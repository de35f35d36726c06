import type { BlockNumber, NetUid, Ss58Address, Uid } from '../identity/brands.js'
import type { SignatureScheme } from './signer.js'

/** Where a neuron says that it serves. */
export interface AxonEndpoint {
  /** An IPv4 or IPv6 address in text form, without brackets. */
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
}

/**
 * The TLS key that a neuron published on chain with `serve_axon_tls`.
 *
 * The neuron writes it itself: any algorithm and any bytes may be there. Algorithm 0x54 with 64 bytes is TensorKit's own:
 * a P-256 key, x‖y.
 *
 * Source: pallet-subtensor `NeuronCertificate`, spec 424.
 */
export interface NeuronCertificate {
  /** A byte, 0 to 255. */
  readonly algorithm: number
  /** At most 64 bytes. */
  readonly publicKey: Uint8Array
}

/** One registered neuron, as admission and fan-out need it. */
export interface NeuronEntry {
  readonly uid: Uid
  readonly hotkey: Ss58Address
  readonly coldkey: Ss58Address
  /** The scheme of the hotkey; comes from the directory, never from a caller's header. */
  readonly scheme: SignatureScheme
  readonly validatorPermit: boolean
  /** Total stake, in rao: alpha plus TAO by its weight, as the chain's `total_stake`. */
  readonly stake: bigint
  /** Absent if the neuron serves nothing. */
  readonly axon?: AxonEndpoint
  /** Absent if the neuron published none, or its directory does not read them. */
  readonly certificate?: NeuronCertificate
}

/**
 * Who is registered on a subnet, with what stake and permit: what axon and dendrite know of the chain.
 *
 * Look-ups do no I/O. `@tensorkit/metagraph` implements it from a live chain, {@link staticDirectory} from a list.
 */
export interface NeuronDirectory {
  readonly netuid: NetUid
  /** The chain's genesis hash: 64 lower-case hex digits, without 0x. */
  readonly genesisHash: string
  /** The block of the snapshot. */
  readonly block: BlockNumber
  /** When the snapshot was taken: unix ms by this machine's clock. Infinity for a directory that never ages. */
  readonly syncedAtMs: number
  /** The neuron registered under a hotkey, if any. */
  get(hotkey: Ss58Address): NeuronEntry | undefined
  /** All neurons, by ascending uid. */
  all(): readonly NeuronEntry[]
}
