import { definePallet } from '../../framework/pallet.js'
import { blockStep } from './block-step/block-step.js'
import { delegationCalls } from './calls/delegation-calls.js'
import { dissolveCalls } from './calls/dissolve.js'
import { identityCalls } from './calls/identities.js'
import { keySwapCalls } from './calls/key-swap-calls.js'
import { refusedKeys } from './calls/refused/keys.js'
import { refusedLocks } from './calls/refused/locks.js'
import { refusedSubnets } from './calls/refused/subnets.js'
import { refusedVotingPower } from './calls/refused/voting-power.js'
import { burnedRegister, powRegister, registerLimit } from './calls/register.js'
import { registerNetwork, registerNetworkWithIdentity } from './calls/register-network.js'
import { serveAxon, serveAxonTls } from './calls/serve.js'
import { servePrometheus } from './calls/serve-prometheus.js'
import { stakeCalls } from './calls/stake-calls.js'
import { startCall } from './calls/start-call.js'
import { tempoCalls } from './calls/tempo.js'
import { weightCalls } from './calls/weight-calls.js'
import { subtensorConstants } from './constants.js'
import { subtensorErrors } from './errors.js'
import { subtensorEventSpecs } from './events.js'
import { subtensorGenesis } from './genesis.js'
import { children } from './storage/children.js'
import { commits } from './storage/commits.js'
import { flows } from './storage/flows.js'
import { hyperparameters, schedule } from './storage/hyperparameters.js'
import { keySwaps } from './storage/key-swaps.js'
import { leases } from './storage/leases.js'
import { legacy } from './storage/legacy.js'
import { limits } from './storage/limits.js'
import { locks } from './storage/locks.js'
import { neurons } from './storage/neurons.js'
import { newerRuntime } from './storage/newer-runtime.js'
import { rootClaims } from './storage/root-claims.js'
import { pools, stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import { votingPower } from './storage/voting-power.js'

/** Subnets, neurons, stake, weights, consensus and emission. */
export const subtensorPallet = definePallet({
  name: 'SubtensorModule',
  index: 7,
  path: 'pallet_subtensor::pallet',
  storage: {
    ...subnets,
    ...neurons,
    ...hyperparameters,
    ...schedule,
    ...stake,
    ...pools,
    ...children,
    ...commits,
    ...flows,
    ...keySwaps,
    ...leases,
    ...legacy,
    ...limits,
    ...locks,
    ...rootClaims,
    ...votingPower,
    ...newerRuntime,
  },
  calls: {
    ...weightCalls,
    ...stakeCalls,
    ...delegationCalls,
    ...keySwapCalls,
    serve_axon: serveAxon,
    serve_axon_tls: serveAxonTls,
    serve_prometheus: servePrometheus,
    register: powRegister,
    burned_register: burnedRegister,
    register_network: registerNetwork,
    register_network_with_identity: registerNetworkWithIdentity,
    ...dissolveCalls,
    ...identityCalls,
    ...tempoCalls,
    start_call: startCall,
    register_limit: registerLimit,
    ...refusedKeys,
    ...refusedLocks,
    ...refusedSubnets,
    ...refusedVotingPower,
  },
  events: subtensorEventSpecs,
  errors: subtensorErrors.names,
  constants: subtensorConstants,
  deprecated: {
    calls: { swap_hotkey: 'swap_hotkey_v2', schedule_swap_coldkey: 'announce_coldkey_swap' },
    events: { MaxWeightLimitSet: 'the limit is a constant' },
    storage: { LastTxBlock: '', LastTxBlockChildKeyTake: '', LastTxBlockDelegateTake: '' },
  },
  genesis: subtensorGenesis,
  onInitialize: blockStep,
})
