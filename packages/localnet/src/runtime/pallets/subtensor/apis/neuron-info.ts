import type { Storage } from '../../../../state/storage.js'
import type { ReadContext } from '../../../framework/context.js'
import { apiMethod, type RuntimeApi } from '../../../framework/runtime-api.js'
import { option, struct, tuple, vec } from '../../../types/compounds.js'
import { bool, compactU16, compactU64, netUid, u16 } from '../../../types/primitives.js'
import type { TypeOf } from '../../../types/ty.js'
import { accountId } from '../../../types/well-known.js'
import { perUid } from '../block-step/epoch-input.js'
import { hotkeyAlpha } from '../stake-pool.js'
import { neurons } from '../storage/neurons.js'
import { stake } from '../storage/stake.js'
import { subnetExists } from '../subnets.js'
import { axonInfo, noAxon, noPrometheus, prometheusInfo } from '../types.js'

const account = [{ name: 'AccountId', ty: accountId }]

const common = {
  hotkey: accountId,
  coldkey: accountId,
  uid: compactU16,
  netuid: compactU16,
  active: bool,
  axon_info: axonInfo,
  prometheus_info: prometheusInfo,
  stake: vec(tuple(accountId, compactU64)),
  rank: compactU16,
  emission: compactU64,
  incentive: compactU16,
  consensus: compactU16,
  trust: compactU16,
  validator_trust: compactU16,
  dividends: compactU16,
  last_update: compactU64,
  validator_permit: bool,
}

const neuronInfoLite = struct('pallet_subtensor::rpc_info::neuron_info::NeuronInfoLite', { ...common, pruning_score: compactU16 }, account)

const targets = vec(tuple(compactU16, compactU16))
const neuronInfo = struct(
  'pallet_subtensor::rpc_info::neuron_info::NeuronInfo',
  { ...common, weights: targets, bonds: targets, pruning_score: compactU16 },
  account,
)

type NeuronInfoLite = TypeOf<typeof neuronInfoLite>
type NeuronInfo = TypeOf<typeof neuronInfo>

/** Reads a subnet's lists once, and gives each uid its row. Lists of mechanisms are the first one's. */
function neuronReader(db: Storage, netuid: number): (uid: number) => NeuronInfoLite {
  const active = neurons.Active.get(db, netuid)
  const emission = neurons.Emission.get(db, netuid)
  const incentive = neurons.Incentive.get(db, netuid)
  const consensus = neurons.Consensus.get(db, netuid)
  const validatorTrust = neurons.ValidatorTrust.get(db, netuid)
  const dividends = neurons.Dividends.get(db, netuid)
  const lastUpdate = neurons.LastUpdate.get(db, netuid)
  const permit = neurons.ValidatorPermit.get(db, netuid)
  return (uid) => {
    const hotkey = neurons.Keys.get(db, netuid, uid)
    const coldkey = stake.Owner.get(db, hotkey)
    return {
      hotkey,
      coldkey,
      uid,
      netuid,
      active: active[uid] ?? false,
      axon_info: neurons.Axons.get(db, netuid, hotkey) ?? noAxon,
      prometheus_info: neurons.Prometheus.get(db, netuid, hotkey) ?? noPrometheus,
      stake: [[coldkey, hotkeyAlpha(db, hotkey, netuid)]],
      // Rank, trust and pruning score are not computed any more.
      rank: 0,
      emission: emission[uid] ?? 0n,
      incentive: incentive[uid] ?? 0,
      consensus: consensus[uid] ?? 0,
      trust: 0,
      validator_trust: validatorTrust[uid] ?? 0,
      dividends: dividends[uid] ?? 0,
      last_update: lastUpdate[uid] ?? 0n,
      validator_permit: permit[uid] ?? false,
      pruning_score: 0xffff,
    }
  }
}

const withTargets =
  (db: Storage, netuid: number) =>
  ({ pruning_score: pruningScore, ...neuron }: NeuronInfoLite): NeuronInfo => ({
    ...neuron,
    weights: neurons.Weights.get(db, netuid, neuron.uid).filter(([, weight]) => weight > 0),
    bonds: neurons.Bonds.get(db, netuid, neuron.uid).filter(([, bond]) => bond > 0),
    pruning_score: pruningScore,
  })

function allNeurons({ db }: ReadContext, netuid: number): NeuronInfoLite[] {
  return subnetExists(db, netuid) ? perUid(db, netuid, neuronReader(db, netuid)) : []
}

const oneNeuron = ({ db }: ReadContext, netuid: number, uid: number): NeuronInfoLite | undefined =>
  subnetExists(db, netuid) && neurons.Keys.has(db, netuid, uid) ? neuronReader(db, netuid)(uid) : undefined

/** Neurons, one by one or all of a subnet. */
export const neuronInfoApi: RuntimeApi = {
  name: 'NeuronInfoRuntimeApi',
  version: 1,
  methods: {
    get_neurons: apiMethod({ netuid: netUid }, vec(neuronInfo), (context, { netuid }) =>
      allNeurons(context, netuid).map(withTargets(context.db, netuid)),
    ),
    get_neuron: apiMethod({ netuid: netUid, uid: u16 }, option(neuronInfo), (context, { netuid, uid }) => {
      const neuron = oneNeuron(context, netuid, uid)
      return neuron && withTargets(context.db, netuid)(neuron)
    }),
    get_neurons_lite: apiMethod({ netuid: netUid }, vec(neuronInfoLite), (context, { netuid }) => allNeurons(context, netuid)),
    get_neuron_lite: apiMethod({ netuid: netUid, uid: u16 }, option(neuronInfoLite), (context, { netuid, uid }) =>
      oneNeuron(context, netuid, uid),
    ),
  },
}
