import { blake2, defineStorage, identity, map, optionalMap } from '../../../framework/storage-item.js'
import { tuple, vec } from '../../../types/compounds.js'
import { alphaBalance, bool, netUid, storageIndex, u16, u64 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { axonInfo, chainIdentity, neuronCertificate, prometheusInfo } from '../types.js'
import { zeroAccount } from '../zero-account.js'

const perSubnet = [identity(netUid)] as const
const perMechanism = [identity(storageIndex)] as const
const perUid = [identity(netUid), identity(u16)] as const
const perHotkey = [identity(netUid), blake2(accountId)] as const

/** Neurons of a subnet. Lists are indexed by uid; u16 fractions are of 65535; alpha is in rao. */
export const neurons = defineStorage('SubtensorModule', {
  Uids: optionalMap(perHotkey, u16),
  Keys: map(perUid, accountId, zeroAccount),
  IsNetworkMember: map([blake2(accountId), identity(netUid)], bool, false),
  BlockAtRegistration: map(perUid, u64, 0n),
  Active: map(perSubnet, vec(bool), []),
  Emission: map(perSubnet, vec(alphaBalance), []),
  Consensus: map(perSubnet, vec(u16), []),
  Incentive: map(perMechanism, vec(u16), []),
  Dividends: map(perSubnet, vec(u16), []),
  ValidatorTrust: map(perSubnet, vec(u16), []),
  ValidatorPermit: map(perSubnet, vec(bool), []),
  LastUpdate: map(perMechanism, vec(u64), []),
  StakeWeight: map(perSubnet, vec(u16), []),
  /** Rows of (uid, weight), as the validator set them, upscaled to a maximum of 65535. */
  Weights: map([identity(storageIndex), identity(u16)], vec(tuple(u16, u16)), []),
  /** Rows of (uid, bond). */
  Bonds: map([identity(storageIndex), identity(u16)], vec(tuple(u16, u16)), []),
  Axons: optionalMap(perHotkey, axonInfo),
  NeuronCertificates: optionalMap(perHotkey, neuronCertificate),
  Prometheus: optionalMap(perHotkey, prometheusInfo),
  IdentitiesV2: optionalMap([blake2(accountId)], chainIdentity),
})
