import type { ReadContext } from '../../../framework/context.js'
import { struct, vec } from '../../../types/compounds.js'
import { compactU64 } from '../../../types/primitives.js'
import type { TypeOf } from '../../../types/ty.js'
import { accountId } from '../../../types/well-known.js'
import { legacy } from '../storage/legacy.js'
import { allNetuids } from '../subnets.js'
import { readAll } from './columns.js'
import { metagraphFields as fields, metagraphColumns } from './metagraph.js'
import { hotkeysOf } from './neuron-columns.js'

/** The neurons of a subnet, in columns by uid: a part of its metagraph, and what they earned on each subnet. */
export const subnetState = struct(
  'pallet_subtensor::rpc_info::show_subnet::SubnetState',
  {
    netuid: fields.netuid,
    hotkeys: fields.hotkeys,
    coldkeys: fields.coldkeys,
    active: fields.active,
    validator_permit: fields.validator_permit,
    pruning_score: fields.pruning_score,
    last_update: fields.last_update,
    emission: fields.emission,
    dividends: fields.dividends,
    incentives: fields.incentives,
    consensus: fields.consensus,
    trust: fields.trust,
    rank: fields.rank,
    block_at_registration: fields.block_at_registration,
    alpha_stake: fields.alpha_stake,
    tao_stake: fields.tao_stake,
    total_stake: fields.total_stake,
    emission_history: vec(vec(compactU64)),
  },
  [{ name: 'AccountId', ty: accountId }],
)

export function readSubnetState(context: ReadContext, netuid: number): TypeOf<typeof subnetState> {
  const { db } = context
  const column = metagraphColumns(context, netuid)
  return readAll({
    netuid: column.netuid,
    hotkeys: column.hotkeys,
    coldkeys: column.coldkeys,
    active: column.active,
    validator_permit: column.validator_permit,
    pruning_score: column.pruning_score,
    last_update: column.last_update,
    emission: column.emission,
    dividends: column.dividends,
    incentives: column.incentives,
    consensus: column.consensus,
    trust: column.trust,
    rank: column.rank,
    block_at_registration: column.block_at_registration,
    alpha_stake: column.alpha_stake,
    tao_stake: column.tao_stake,
    total_stake: column.total_stake,
    emission_history: () =>
      allNetuids(db).map((other) => hotkeysOf(db, netuid).map((hotkey) => legacy.LastHotkeyEmissionOnNetuid.get(db, hotkey, other))),
  })
}
