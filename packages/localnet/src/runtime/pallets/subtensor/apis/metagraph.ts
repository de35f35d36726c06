import type { Storage } from '../../../../state/storage.js'
import type { ReadContext } from '../../../framework/context.js'
import { option, struct, tuple, vec } from '../../../types/compounds.js'
import { orEncoded } from '../../../types/encoded.js'
import { i96f32 } from '../../../types/fixed.js'
import { bool, compactU8, compactU16, compactU64, compactU128 } from '../../../types/primitives.js'
import type { TypeOf } from '../../../types/ty.js'
import { accountId } from '../../../types/well-known.js'
import { system } from '../../system/storage.js'
import { hyperparameters, schedule } from '../storage/hyperparameters.js'
import { pools } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'
import { nameOf } from '../symbols.js'
import { axonInfo, chainIdentity, subnetIdentity } from '../types.js'
import { type Columns, readAll } from './columns.js'
import { neuronColumns } from './neuron-columns.js'
import { hyperparameterColumns } from './subnet-hyperparams.js'

const amounts = orEncoded(vec(compactU64))
const fractions = orEncoded(vec(compactU16))
const accounts = orEncoded(vec(accountId))
const flags = orEncoded(vec(bool))
const dividends = orEncoded(vec(tuple(accountId, compactU64)))

/** A subnet as a whole: what it is, how it is set, and its neurons in columns by uid. */
export const metagraphFields = {
  netuid: compactU16,
  name: vec(compactU8),
  symbol: vec(compactU8),
  identity: option(subnetIdentity),
  network_registered_at: compactU64,
  owner_hotkey: accountId,
  owner_coldkey: accountId,
  block: compactU64,
  tempo: compactU16,
  last_step: compactU64,
  blocks_since_last_step: compactU64,
  subnet_emission: compactU64,
  alpha_in: compactU64,
  alpha_out: compactU64,
  tao_in: compactU64,
  alpha_out_emission: compactU64,
  alpha_in_emission: compactU64,
  tao_in_emission: compactU64,
  pending_alpha_emission: compactU64,
  pending_root_emission: compactU64,
  subnet_volume: compactU128,
  moving_price: i96f32,
  rho: compactU16,
  kappa: compactU16,
  min_allowed_weights: compactU16,
  max_weights_limit: compactU16,
  weights_version: compactU64,
  weights_rate_limit: compactU64,
  activity_cutoff: compactU64,
  max_validators: compactU16,
  num_uids: compactU16,
  max_uids: compactU16,
  burn: compactU64,
  difficulty: compactU64,
  registration_allowed: bool,
  pow_registration_allowed: bool,
  immunity_period: compactU16,
  min_difficulty: compactU64,
  max_difficulty: compactU64,
  min_burn: compactU64,
  max_burn: compactU64,
  adjustment_alpha: compactU64,
  adjustment_interval: compactU16,
  target_regs_per_interval: compactU16,
  max_regs_per_block: compactU16,
  serving_rate_limit: compactU64,
  commit_reveal_weights_enabled: bool,
  commit_reveal_period: compactU64,
  liquid_alpha_enabled: bool,
  alpha_high: compactU16,
  alpha_low: compactU16,
  bonds_moving_avg: compactU64,
  hotkeys: accounts,
  coldkeys: accounts,
  identities: orEncoded(vec(option(chainIdentity))),
  axons: orEncoded(vec(axonInfo)),
  active: flags,
  validator_permit: flags,
  pruning_score: fractions,
  last_update: amounts,
  emission: amounts,
  dividends: fractions,
  incentives: fractions,
  consensus: fractions,
  trust: fractions,
  rank: fractions,
  block_at_registration: amounts,
  alpha_stake: amounts,
  tao_stake: amounts,
  total_stake: amounts,
  tao_dividends_per_hotkey: dividends,
  alpha_dividends_per_hotkey: dividends,
}

export const metagraph = struct('pallet_subtensor::rpc_info::metagraph::Metagraph', metagraphFields, [{ name: 'AccountId', ty: accountId }])

export type Metagraph = TypeOf<typeof metagraph>

/** The part about the subnet. */
function subnetColumns(context: ReadContext, netuid: number) {
  const { db } = context
  const now = BigInt(system.Number.get(db))
  return {
    ...hyperparameterColumns(context, netuid),
    netuid: () => netuid,
    name: () => [...nameOf(db, netuid)],
    symbol: () => [...subnets.TokenSymbol.get(db, netuid)],
    identity: () => subnets.SubnetIdentitiesV3.get(db, netuid),
    network_registered_at: () => subnets.NetworkRegisteredAt.get(db, netuid),
    owner_hotkey: () => subnets.SubnetOwnerHotkey.get(db, netuid),
    owner_coldkey: () => subnets.SubnetOwner.get(db, netuid),
    block: () => now,
    last_step: () => schedule.LastMechansimStepBlock.get(db, netuid),
    blocks_since_last_step: () => now - schedule.LastMechansimStepBlock.get(db, netuid),
    num_uids: () => subnets.SubnetworkN.get(db, netuid),
    max_uids: () => hyperparameters.MaxAllowedUids.get(db, netuid),
    burn: () => subnets.Burn.get(db, netuid),
    pow_registration_allowed: () => subnets.NetworkPowRegistrationAllowed.get(db, netuid),
  }
}

/** The part about pool and emission. */
const poolColumns = (db: Storage, netuid: number) => ({
  subnet_emission: () => 0n,
  alpha_in: () => pools.SubnetAlphaIn.get(db, netuid),
  alpha_out: () => pools.SubnetAlphaOut.get(db, netuid),
  tao_in: () => pools.SubnetTAO.get(db, netuid),
  alpha_out_emission: () => pools.SubnetAlphaOutEmission.get(db, netuid),
  alpha_in_emission: () => pools.SubnetAlphaInEmission.get(db, netuid),
  tao_in_emission: () => pools.SubnetTaoInEmission.get(db, netuid),
  pending_alpha_emission: () => pools.PendingValidatorEmission.get(db, netuid) + pools.PendingServerEmission.get(db, netuid),
  pending_root_emission: () => 0n,
  subnet_volume: () => pools.SubnetVolume.get(db, netuid),
  moving_price: () => pools.SubnetMovingPrice.get(db, netuid),
})

/** The fields of a metagraph, those of a mechanism's own lists from its storage index. */
export const metagraphColumns = (context: ReadContext, netuid: number, index = netuid): Columns<Metagraph> => ({
  ...subnetColumns(context, netuid),
  ...poolColumns(context.db, netuid),
  ...neuronColumns(context.db, netuid, index),
})

/** A subnet's metagraph; of a mechanism, with its storage index for the netuid. */
export const readMetagraph = (context: ReadContext, netuid: number, index = netuid): Metagraph =>
  readAll({ ...metagraphColumns(context, netuid, index), netuid: () => index })
