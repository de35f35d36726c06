import { nextEpochStartBlock } from '../../../../consensus/epoch-schedule.js'
import { U64F64 } from '../../../../consensus/fixed-point.js'
import { apiMethod, type RuntimeApi } from '../../../framework/runtime-api.js'
import { option, struct, vec } from '../../../types/compounds.js'
import { bool, compactU16, compactU64, netUid, taoBalance, u64 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { lockCost } from '../calls/register-network.js'
import { alphaPrice } from '../pool.js'
import { stakeOf } from '../stake-pool.js'
import { neurons } from '../storage/neurons.js'
import { stake } from '../storage/stake.js'
import { subnetAccount } from '../subnet-account.js'
import { scheduleOf } from '../subnet-schedule.js'
import { allNetuids, subnetExists } from '../subnets.js'
import { metagraph, readMetagraph } from './metagraph.js'
import { readHyperparams, readHyperparamsV2, subnetHyperparams, subnetHyperparamsV2 } from './subnet-hyperparams.js'

/** Subnets as a whole. */
export const subnetInfoApi: RuntimeApi = {
  name: 'SubnetInfoRuntimeApi',
  version: 2,
  methods: {
    get_subnet_hyperparams: apiMethod({ netuid: netUid }, option(subnetHyperparams), (context, { netuid }) =>
      subnetExists(context.db, netuid) ? readHyperparams(context, netuid) : undefined,
    ),
    get_subnet_hyperparams_v2: apiMethod({ netuid: netUid }, option(subnetHyperparamsV2), (context, { netuid }) =>
      subnetExists(context.db, netuid) ? readHyperparamsV2(context, netuid) : undefined,
    ),
    get_all_metagraphs: apiMethod({}, vec(option(metagraph)), (context) =>
      allNetuids(context.db).map((netuid) => readMetagraph(context, netuid)),
    ),
    get_metagraph: apiMethod({ netuid: netUid }, option(metagraph), (context, { netuid }) =>
      subnetExists(context.db, netuid) ? readMetagraph(context, netuid) : undefined,
    ),
    get_subnet_account_id: apiMethod({ netuid: netUid }, option(accountId), ({ db }, { netuid }) =>
      subnetExists(db, netuid) ? subnetAccount(netuid) : undefined,
    ),
    get_next_epoch_start_block: apiMethod({ netuid: netUid }, option(u64), ({ db }, { netuid }) =>
      nextEpochStartBlock(scheduleOf(db, netuid)),
    ),
  },
}

/** What registering a subnet costs. */
export const subnetRegistrationApi: RuntimeApi = {
  name: 'SubnetRegistrationRuntimeApi',
  version: 1,
  methods: { get_network_registration_cost: apiMethod({}, taoBalance, lockCost) },
}

const stakeInfo = struct(
  'pallet_subtensor::rpc_info::stake_info::StakeInfo',
  {
    hotkey: accountId,
    coldkey: accountId,
    netuid: compactU16,
    stake: compactU64,
    locked: compactU64,
    emission: compactU64,
    tao_emission: compactU64,
    drain: compactU64,
    is_registered: bool,
  },
  [{ name: 'AccountId', ty: accountId }],
)

/** One coldkey's stake on one hotkey. */
export const stakeInfoApi: RuntimeApi = {
  name: 'StakeInfoRuntimeApi',
  version: 1,
  methods: {
    get_stake_info_for_hotkey_coldkey_netuid: apiMethod(
      { hotkey_account: accountId, coldkey_account: accountId, netuid: netUid },
      option(stakeInfo),
      ({ db }, { hotkey_account: hotkey, coldkey_account: coldkey, netuid }) => ({
        hotkey,
        coldkey,
        netuid,
        stake: stakeOf(db, { hotkey, coldkey, netuid }),
        locked: 0n,
        emission: stake.AlphaDividendsPerSubnet.get(db, netuid, hotkey),
        tao_emission: 0n,
        drain: 0n,
        is_registered: neurons.Uids.has(db, netuid, hotkey),
      }),
    ),
  },
}

const subnetPrice = struct('pallet_subtensor_swap_runtime_api::SubnetPrice', { netuid: netUid, price: u64 })
const priceOf = (bits: bigint): bigint => U64F64.toU64(U64F64.mul(bits, U64F64.fromInt(1_000_000_000)))

/** What alpha costs, in rao. */
export const swapApi: RuntimeApi = {
  name: 'SwapRuntimeApi',
  version: 1,
  methods: {
    current_alpha_price: apiMethod({ netuid: netUid }, u64, ({ db }, { netuid }) => priceOf(alphaPrice(db, netuid))),
    current_alpha_price_all: apiMethod({}, vec(subnetPrice), ({ db }) =>
      allNetuids(db).map((netuid) => ({ netuid, price: priceOf(alphaPrice(db, netuid)) })),
    ),
  },
}
