import type { Signer } from '@tensorkit/core'
import type { ChainCall, NodeTime, WaitOptions } from './backend/chain-backend.js'
import { addStake } from './calls/add-stake.js'
import { burnedRegister } from './calls/burned-register.js'
import type { HyperparameterName } from './calls/hyperparameter-calls.js'
import { registerNetwork } from './calls/register-network.js'
import { serveAxon } from './calls/serve-axon.js'
import { setHyperparameter } from './calls/set-hyperparameter.js'
import { setWeights } from './calls/set-weights.js'
import { startCall } from './calls/start-call.js'
import { sudo } from './calls/sudo.js'
import { transfer } from './calls/transfer.js'
import type { ChainClient } from './chain-client.js'
import { subscribeHeads } from './heads/subscribe-heads.js'
import { callRuntimeApi, callRuntimeApiRaw } from './reads/call-runtime-api.js'
import { getAxon } from './reads/get-axon.js'
import { getBalance } from './reads/get-balance.js'
import { getBlockHash } from './reads/get-block-hash.js'
import { getBurn } from './reads/get-burn.js'
import { getCertificate, getCertificates } from './reads/get-certificate.js'
import { getEpochStatus } from './reads/get-epoch-status.js'
import { getHead } from './reads/get-head.js'
import { getHyperparameters } from './reads/get-hyperparameters.js'
import { getStake } from './reads/get-stake.js'
import { getSubnet, subnetExists } from './reads/get-subnet.js'
import { getUid } from './reads/get-uid.js'
import { getWeights } from './reads/get-weights.js'
import { getWeightsStatus } from './reads/get-weights-status.js'
import { readStorage } from './reads/read-storage.js'
import type { CallOptions, CallResult, WaitFor } from './submit/call-result.js'
import { submitCall } from './submit/submit-call.js'

// An action as a method: the client is bound, the rest of its signature stays, type parameters included.
type Bound<F> = F extends (client: ChainClient, ...rest: infer R) => infer T ? (...rest: R) => T : never
type Options<F extends (client: ChainClient, options: never) => unknown> = Parameters<F>[1]

/** An open connection to a chain, with every action as a method. Each is documented at the function of its name. */
export interface Subtensor extends AsyncDisposable {
  /** The endpoint without credentials, path or query. */
  readonly endpoint: string
  /** The hash of block 0: 64 lower-case hex digits without 0x. */
  readonly genesisHash: string
  readonly specName: string
  /** The version of the runtime now. */
  readonly specVersion: number
  /** What actions take as their first argument, for those who write their own. */
  readonly client: ChainClient

  readonly getHead: Bound<typeof getHead>
  readonly getBlockHash: Bound<typeof getBlockHash>
  readonly subscribeHeads: Bound<typeof subscribeHeads>
  readonly subnetExists: Bound<typeof subnetExists>
  readonly getSubnet: Bound<typeof getSubnet>
  readonly getUid: Bound<typeof getUid>
  readonly getBalance: Bound<typeof getBalance>
  readonly getStake: Bound<typeof getStake>
  readonly getBurn: Bound<typeof getBurn>
  readonly getHyperparameters: Bound<typeof getHyperparameters>
  readonly getEpochStatus: Bound<typeof getEpochStatus>
  readonly getWeights: Bound<typeof getWeights>
  readonly getWeightsStatus: Bound<typeof getWeightsStatus>
  readonly getAxon: Bound<typeof getAxon>
  readonly getCertificate: Bound<typeof getCertificate>
  readonly getCertificates: Bound<typeof getCertificates>
  readonly readStorage: Bound<typeof readStorage>
  readonly callRuntimeApi: Bound<typeof callRuntimeApi>
  readonly callRuntimeApiRaw: Bound<typeof callRuntimeApiRaw>

  /** See {@link registerNetwork}. */
  registerNetwork<W extends WaitFor = 'inclusion'>(options: Options<typeof registerNetwork<W>>): Promise<CallResult<W>>
  /** See {@link startCall}. */
  startCall<W extends WaitFor = 'inclusion'>(options: Options<typeof startCall<W>>): Promise<CallResult<W>>
  /** See {@link burnedRegister}. */
  burnedRegister<W extends WaitFor = 'inclusion'>(options: Options<typeof burnedRegister<W>>): Promise<CallResult<W>>
  /** See {@link serveAxon}. */
  serveAxon<W extends WaitFor = 'inclusion'>(options: Options<typeof serveAxon<W>>): Promise<CallResult<W>>
  /** See {@link addStake}. */
  addStake<W extends WaitFor = 'inclusion'>(options: Options<typeof addStake<W>>): Promise<CallResult<W>>
  /** See {@link setWeights}. */
  setWeights<W extends WaitFor = 'inclusion'>(options: Options<typeof setWeights<W>>): Promise<CallResult<W>>
  /** See {@link transfer}. */
  transfer<W extends WaitFor = 'inclusion'>(options: Options<typeof transfer<W>>): Promise<CallResult<W>>
  /** See {@link sudo}. */
  sudo<W extends WaitFor = 'inclusion'>(options: Options<typeof sudo<W>>): Promise<CallResult<W>>
  /** See {@link setHyperparameter}. */
  setHyperparameter<N extends HyperparameterName, W extends WaitFor = 'inclusion'>(
    options: Options<typeof setHyperparameter<N, W>>,
  ): Promise<CallResult<W>>
  /** See {@link submitCall}: any call of the runtime. */
  submitCall<W extends WaitFor = 'inclusion'>(call: ChainCall, signer: Signer, options?: CallOptions<W>): Promise<CallResult<W>>

  /** The wall clock of the node's server by its HTTP Date header; undefined if it does not tell. Never throws. */
  getNodeTime(options?: WaitOptions): Promise<NodeTime | undefined>
  /** Ends every wait with CORE_CLOSED and closes the connection. Idempotent. */
  close(): Promise<void>
}

/** Binds the actions to an open connection. */
export function createSubtensor(client: ChainClient): Subtensor {
  const { backend } = client
  return {
    endpoint: backend.endpoint,
    genesisHash: backend.genesisHash,
    get specName() {
      return backend.specName
    },
    get specVersion() {
      return backend.specVersion
    },
    client,
    getHead: (options) => getHead(client, options),
    getBlockHash: (options) => getBlockHash(client, options),
    subscribeHeads: (options) => subscribeHeads(client, options),
    subnetExists: (options) => subnetExists(client, options),
    getSubnet: (options) => getSubnet(client, options),
    getUid: (options) => getUid(client, options),
    getBalance: (options) => getBalance(client, options),
    getStake: (options) => getStake(client, options),
    getBurn: (options) => getBurn(client, options),
    getHyperparameters: (options) => getHyperparameters(client, options),
    getEpochStatus: (options) => getEpochStatus(client, options),
    getWeights: (options) => getWeights(client, options),
    getWeightsStatus: (options) => getWeightsStatus(client, options),
    getAxon: (options) => getAxon(client, options),
    getCertificate: (options) => getCertificate(client, options),
    getCertificates: (options) => getCertificates(client, options),
    readStorage: (options) => readStorage(client, options),
    callRuntimeApi: (options) => callRuntimeApi(client, options),
    callRuntimeApiRaw: (options) => callRuntimeApiRaw(client, options),
    registerNetwork: (options) => registerNetwork(client, options),
    startCall: (options) => startCall(client, options),
    burnedRegister: (options) => burnedRegister(client, options),
    serveAxon: (options) => serveAxon(client, options),
    addStake: (options) => addStake(client, options),
    setWeights: (options) => setWeights(client, options),
    transfer: (options) => transfer(client, options),
    sudo: (options) => sudo(client, options),
    setHyperparameter: (options) => setHyperparameter(client, options),
    submitCall: (call, signer, options) => submitCall(client, call, signer, options),
    getNodeTime: (options) => backend.nodeTime(options),
    close: () => backend.close(),
    [Symbol.asyncDispose]: () => backend.close(),
  }
}
