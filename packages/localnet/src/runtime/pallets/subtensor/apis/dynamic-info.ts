import type { ReadContext } from '../../../framework/context.js'
import { struct } from '../../../types/compounds.js'
import type { TypeOf } from '../../../types/ty.js'
import { accountId } from '../../../types/well-known.js'
import { readAll } from './columns.js'
import { metagraphFields as fields, metagraphColumns } from './metagraph.js'

/** A subnet's pool and emission: a part of its metagraph, under names of its own. */
export const dynamicInfo = struct(
  'pallet_subtensor::rpc_info::dynamic_info::DynamicInfo',
  {
    netuid: fields.netuid,
    owner_hotkey: fields.owner_hotkey,
    owner_coldkey: fields.owner_coldkey,
    subnet_name: fields.name,
    token_symbol: fields.symbol,
    tempo: fields.tempo,
    last_step: fields.last_step,
    blocks_since_last_step: fields.blocks_since_last_step,
    emission: fields.subnet_emission,
    alpha_in: fields.alpha_in,
    alpha_out: fields.alpha_out,
    tao_in: fields.tao_in,
    alpha_out_emission: fields.alpha_out_emission,
    alpha_in_emission: fields.alpha_in_emission,
    tao_in_emission: fields.tao_in_emission,
    pending_alpha_emission: fields.pending_alpha_emission,
    pending_root_emission: fields.pending_root_emission,
    subnet_volume: fields.subnet_volume,
    network_registered_at: fields.network_registered_at,
    subnet_identity: fields.identity,
    moving_price: fields.moving_price,
  },
  [{ name: 'AccountId', ty: accountId }],
)

export function readDynamicInfo(context: ReadContext, netuid: number): TypeOf<typeof dynamicInfo> {
  const column = metagraphColumns(context, netuid)
  return readAll({
    netuid: column.netuid,
    owner_hotkey: column.owner_hotkey,
    owner_coldkey: column.owner_coldkey,
    subnet_name: column.name,
    token_symbol: column.symbol,
    tempo: column.tempo,
    last_step: column.last_step,
    blocks_since_last_step: column.blocks_since_last_step,
    emission: column.subnet_emission,
    alpha_in: column.alpha_in,
    alpha_out: column.alpha_out,
    tao_in: column.tao_in,
    alpha_out_emission: column.alpha_out_emission,
    alpha_in_emission: column.alpha_in_emission,
    tao_in_emission: column.tao_in_emission,
    pending_alpha_emission: column.pending_alpha_emission,
    pending_root_emission: column.pending_root_emission,
    subnet_volume: column.subnet_volume,
    network_registered_at: column.network_registered_at,
    subnet_identity: column.identity,
    moving_price: column.moving_price,
  })
}
