import type { ReadContext } from '../../../framework/context.js'
import { option, struct, tuple, vec } from '../../../types/compounds.js'
import { compactU16, compactU64, u16 } from '../../../types/primitives.js'
import type { Ty, TypeOf } from '../../../types/ty.js'
import { accountId } from '../../../types/well-known.js'
import { hyperparameters, schedule } from '../storage/hyperparameters.js'
import { subnets } from '../storage/subnets.js'
import { subnetIdentity } from '../types.js'

/** `[u16; 2]`. */
const connection: Ty<[number, number]> = { codec: tuple(u16, u16).codec, shape: { tag: 'array', of: u16, length: 2 } }

const head = {
  netuid: compactU16,
  rho: compactU16,
  kappa: compactU16,
  difficulty: compactU64,
  immunity_period: compactU16,
  max_allowed_validators: compactU16,
  min_allowed_weights: compactU16,
  max_weights_limit: compactU16,
  scaling_law_power: compactU16,
  subnetwork_n: compactU16,
  max_allowed_uids: compactU16,
  blocks_since_last_step: compactU64,
  tempo: compactU16,
  network_modality: compactU16,
  network_connect: vec(connection),
}
const tail = { burn: compactU64, owner: accountId }
const account = [{ name: 'AccountId', ty: accountId }]

/** A subnet in short. */
export const subnetInfo = struct(
  'pallet_subtensor::rpc_info::subnet_info::SubnetInfo',
  { ...head, emission_values: compactU64, ...tail },
  account,
)

/** The same with the subnet's identity. */
export const subnetInfoV2 = struct(
  'pallet_subtensor::rpc_info::subnet_info::SubnetInfov2',
  { ...head, emission_value: compactU64, ...tail, identity: option(subnetIdentity) },
  account,
)

/** Source: subtensor `get_subnet_info`, spec 424. */
export function readSubnetInfo({ db }: ReadContext, netuid: number): TypeOf<typeof subnetInfo> {
  const h = hyperparameters
  return {
    netuid,
    rho: h.Rho.get(db, netuid),
    kappa: h.Kappa.get(db, netuid),
    difficulty: subnets.Difficulty.get(db, netuid),
    immunity_period: h.ImmunityPeriod.get(db, netuid),
    max_allowed_validators: h.MaxAllowedValidators.get(db, netuid),
    min_allowed_weights: h.MinAllowedWeights.get(db, netuid),
    // A constant by now: the stored limit is not looked at.
    max_weights_limit: 0xffff,
    scaling_law_power: h.ScalingLawPower.get(db, netuid),
    subnetwork_n: subnets.SubnetworkN.get(db, netuid),
    max_allowed_uids: h.MaxAllowedUids.get(db, netuid),
    blocks_since_last_step: schedule.BlocksSinceLastStep.get(db, netuid),
    tempo: h.Tempo.get(db, netuid),
    network_modality: 0,
    network_connect: [],
    emission_values: 0n,
    burn: subnets.Burn.get(db, netuid),
    owner: subnets.SubnetOwner.get(db, netuid),
  }
}

/** Source: subtensor `get_subnet_info_v2`, spec 424. */
export function readSubnetInfoV2(context: ReadContext, netuid: number): TypeOf<typeof subnetInfoV2> {
  const { emission_values: emission, ...info } = readSubnetInfo(context, netuid)
  return { ...info, emission_value: emission, identity: subnets.SubnetIdentitiesV3.get(context.db, netuid) }
}
