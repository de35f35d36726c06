import { Binary } from '@polkadot-api/substrate-bindings'
import { blake2, defineStorage, identity, map, optionalMap, value } from '../../framework/storage-item.js'
import { boundedBytes } from '../../types/compounds.js'
import { bool, u32, u64 } from '../../types/primitives.js'
import { type BeaconConfiguration, beaconConfiguration, pulse } from './types.js'

/** The beacon whose pulses open timelocks: quicknet of the League of Entropy, a pulse every 3 seconds. */
export const quicknet: BeaconConfiguration = {
  public_key: Binary.fromHex(
    '0x83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  ),
  period: 3,
  genesis_time: 1_692_803_367,
  hash: Binary.fromHex('0x52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971'),
  group_hash: Binary.fromHex('0xf477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e'),
  scheme_id: Binary.fromText('bls-unchained-g1-rfc9380'),
  metadata: { beacon_id: Binary.fromText('quicknet') },
}

/** Pulses of the beacon, of about a week. */
export const drand = defineStorage('Drand', {
  BeaconConfig: value(beaconConfiguration, quicknet),
  HasMigrationRun: map([identity(boundedBytes(128))], bool, false),
  Pulses: optionalMap([blake2(u64)], pulse),
  LastStoredRound: value(u64, 0n),
  OldestStoredRound: value(u64, 0n),
  /** Block from which another unsigned transaction with pulses is taken. */
  NextUnsignedAt: value(u32, 0),
})
