import { boundedBytes, enumeration, fixedHex, struct, vec } from '../../types/compounds.js'
import { u32, u64 } from '../../types/primitives.js'
import type { TypeOf } from '../../types/ty.js'

const path = 'pallet_drand::types'
const short = boundedBytes(32)

/** What a beacon publishes each period. */
export const pulse = struct(`${path}::Pulse`, {
  round: u64,
  /** SHA-256 of the signature. */
  randomness: short,
  /** Of the round, by the beacon's key: compressed, in G1. */
  signature: boundedBytes(144),
})

/** A beacon: its key, and how its pulses are made. */
export const beaconConfiguration = struct(`${path}::BeaconConfiguration`, {
  /** Compressed, in G2. */
  public_key: boundedBytes(96),
  /** Seconds between pulses. */
  period: u32,
  /** Unix time of the first pulse, seconds. */
  genesis_time: u32,
  hash: short,
  group_hash: short,
  scheme_id: short,
  metadata: struct(`${path}::Metadata`, { beacon_id: short }),
})
export type BeaconConfiguration = TypeOf<typeof beaconConfiguration>

const multiSigner = enumeration('sp_runtime::MultiSigner', {
  Ed25519: [0, fixedHex(32)],
  Sr25519: [1, fixedHex(32)],
  Ecdsa: [2, fixedHex(33)],
})

const params = [
  { name: 'Public', ty: multiSigner },
  { name: 'BlockNumber', ty: u32 },
]

export const pulsesPayload = struct(`${path}::PulsesPayload`, { block_number: u32, pulses: vec(pulse), public: multiSigner }, params)
export const beaconConfigurationPayload = struct(
  `${path}::BeaconConfigurationPayload`,
  { block_number: u32, config: beaconConfiguration, public: multiSigner },
  params,
)
