import { nextEpochStartBlock } from '../../../../consensus/epoch-schedule.js'
import type { ReadContext } from '../../../framework/context.js'
import { apiMethod, type RuntimeApi } from '../../../framework/runtime-api.js'
import { option, vec } from '../../../types/compounds.js'
import { mechId, netUid, taoBalance, u16, u64 } from '../../../types/primitives.js'
import type { Ty } from '../../../types/ty.js'
import { accountId } from '../../../types/well-known.js'
import { lockCost } from '../calls/register-network.js'
import { mechanismIndex, mechanismIndexes } from '../neurons.js'
import { subnetToPrune } from '../prune-subnet.js'
import { stake } from '../storage/stake.js'
import { subnetAccount } from '../subnet-account.js'
import { scheduleOf } from '../subnet-schedule.js'
import { allNetuids, subnetExists } from '../subnets.js'
import { readAll } from './columns.js'
import { dynamicInfo, readDynamicInfo } from './dynamic-info.js'
import { hyperparameterList, readHyperparameterList } from './hyperparameter-list.js'
import { metagraph, readMetagraph } from './metagraph.js'
import { readSelectiveMetagraph, selectiveMetagraph } from './selective-metagraph.js'
import { hyperparameterColumns, hyperparameterColumnsV2, subnetHyperparams, subnetHyperparamsV2 } from './subnet-hyperparams.js'
import { readSubnetState, subnetState } from './subnet-state.js'
import { readSubnetInfo, readSubnetInfoV2, subnetInfo, subnetInfoV2 } from './subnet-summary.js'

type Read<T> = (context: ReadContext, netuid: number) => T

/** A method that reads one subnet; nothing where there is none. */
const ofSubnet = <T>(ty: Ty<T>, read: Read<T>) =>
  apiMethod({ netuid: netUid }, option(ty), (context, { netuid }) => (subnetExists(context.db, netuid) ? read(context, netuid) : undefined))

/** A method that reads all subnets, root among them. */
const ofAll = <T>(ty: Ty<T>, read: Read<T>) =>
  apiMethod({}, vec(option(ty)), (context) => allNetuids(context.db).map((netuid) => read(context, netuid)))

/** Subnets as a whole. */
export const subnetInfoApi: RuntimeApi = {
  name: 'SubnetInfoRuntimeApi',
  version: 2,
  methods: {
    get_subnet_info: ofSubnet(subnetInfo, readSubnetInfo),
    get_subnets_info: ofAll(subnetInfo, readSubnetInfo),
    get_subnet_info_v2: ofSubnet(subnetInfoV2, readSubnetInfoV2),
    get_subnets_info_v2: ofAll(subnetInfoV2, readSubnetInfoV2),
    get_subnet_hyperparams: {
      ...ofSubnet(subnetHyperparams, (context, netuid) => readAll(hyperparameterColumns(context, netuid))),
      deprecated: 'get_subnet_hyperparams_v3',
    },
    get_subnet_hyperparams_v2: {
      ...ofSubnet(subnetHyperparamsV2, (context, netuid) => readAll(hyperparameterColumnsV2(context, netuid))),
      deprecated: 'get_subnet_hyperparams_v3',
    },
    get_all_dynamic_info: ofAll(dynamicInfo, readDynamicInfo),
    get_all_metagraphs: ofAll(metagraph, readMetagraph),
    get_metagraph: ofSubnet(metagraph, readMetagraph),
    get_all_mechagraphs: apiMethod({}, vec(option(metagraph)), (context) =>
      allNetuids(context.db).flatMap((netuid) =>
        mechanismIndexes(context.db, netuid).map((index) => readMetagraph(context, netuid, index)),
      ),
    ),
    get_mechagraph: apiMethod({ netuid: netUid, mecid: mechId }, option(metagraph), (context, { netuid, mecid }) => {
      const index = mechanismIndex(netuid, mecid)
      const exists = subnetExists(context.db, netuid) && mechanismIndexes(context.db, netuid).includes(index)
      return exists ? readMetagraph(context, netuid, index) : undefined
    }),
    get_dynamic_info: ofSubnet(dynamicInfo, readDynamicInfo),
    get_subnet_state: ofSubnet(subnetState, readSubnetState),
    get_selective_metagraph: apiMethod(
      { netuid: netUid, metagraph_indexes: vec(u16) },
      option(selectiveMetagraph),
      (context, { netuid, metagraph_indexes: positions }) =>
        subnetExists(context.db, netuid) ? readSelectiveMetagraph(context, { netuid, positions }) : undefined,
    ),
    get_coldkey_auto_stake_hotkey: apiMethod({ coldkey: accountId, netuid: netUid }, option(accountId), ({ db }, { coldkey, netuid }) =>
      stake.AutoStakeDestination.get(db, coldkey, netuid),
    ),
    get_selective_mechagraph: apiMethod(
      { netuid: netUid, subid: mechId, metagraph_indexes: vec(u16) },
      option(selectiveMetagraph),
      (context, { netuid, subid: mechanism, metagraph_indexes: positions }) =>
        subnetExists(context.db, netuid) ? readSelectiveMetagraph(context, { netuid, mechanism, positions }) : undefined,
    ),
    get_subnet_to_prune: apiMethod({}, option(netUid), subnetToPrune),
    get_subnet_account_id: apiMethod({ netuid: netUid }, option(accountId), ({ db }, { netuid }) =>
      subnetExists(db, netuid) ? subnetAccount(netuid) : undefined,
    ),
    get_next_epoch_start_block: apiMethod({ netuid: netUid }, option(u64), ({ db }, { netuid }) =>
      nextEpochStartBlock(scheduleOf(db, netuid)),
    ),
    get_subnet_hyperparams_v3: ofSubnet(hyperparameterList, readHyperparameterList),
  },
}

/** What registering a subnet costs. */
export const subnetRegistrationApi: RuntimeApi = {
  name: 'SubnetRegistrationRuntimeApi',
  version: 1,
  methods: { get_network_registration_cost: apiMethod({}, taoBalance, lockCost) },
}
