export type {
  BlockRef,
  ChainBackend,
  ChainCall,
  ChainEvent,
  ChainValue,
  DeclaredError,
  DispatchFailure,
  MapReadOptions,
  NodeTime,
  StorageEntry,
  StorageRead,
  WaitOptions,
} from './backend/chain-backend.js'
export { type AddStakeOptions, addStake } from './calls/add-stake.js'
export { type BurnedRegisterOptions, burnedRegister } from './calls/burned-register.js'
export { type HyperparameterName, type HyperparameterValue, hyperparameterCalls } from './calls/hyperparameter-calls.js'
export { type RegisterNetworkOptions, registeredNetuid, registerNetwork } from './calls/register-network.js'
export { type ServeAxonOptions, serveAxon } from './calls/serve-axon.js'
export { hyperparameterCall, type SetHyperparameterOptions, setHyperparameter } from './calls/set-hyperparameter.js'
export { type SetWeightsOptions, setWeights } from './calls/set-weights.js'
export { type StartCallOptions, startCall } from './calls/start-call.js'
export { type SudoOptions, sudo } from './calls/sudo.js'
export { type TransferOptions, transfer } from './calls/transfer.js'
export type { ChainClient } from './chain-client.js'
export { type ConnectSubtensorOptions, connectSubtensor } from './connect-subtensor.js'
export { chainErrorName } from './errors/dispatch-error.js'
export { customPoolErrors } from './errors/pool-error.js'
export { type ChainErrorEntry, subtensorErrors } from './errors/subtensor-errors.js'
export { type SubscribeHeadsOptions, subscribeHeads } from './heads/subscribe-heads.js'
export { type ChainIp, decodeIp, encodeIp } from './ip.js'
export { type NetworkName, networks } from './networks.js'
export { callRuntimeApi, callRuntimeApiRaw, type RuntimeApiCall, type RuntimeApiResult } from './reads/call-runtime-api.js'
export { getAxon, type ServedAxon } from './reads/get-axon.js'
export { getBalance } from './reads/get-balance.js'
export { getBlockHash } from './reads/get-block-hash.js'
export { getBurn } from './reads/get-burn.js'
export { type GetCertificatesOptions, getCertificate, getCertificates } from './reads/get-certificate.js'
export { type EpochStatus, getEpochStatus } from './reads/get-epoch-status.js'
export { getHead, type Head } from './reads/get-head.js'
export { getHyperparameters, type Hyperparameters } from './reads/get-hyperparameters.js'
export { getStake } from './reads/get-stake.js'
export { getSubnet, type SubnetSummary, subnetExists } from './reads/get-subnet.js'
export { getUid } from './reads/get-uid.js'
export { getWeights, type WeightEntry } from './reads/get-weights.js'
export { getWeightsStatus, type WeightsStatus } from './reads/get-weights-status.js'
export type { ReadOptions } from './reads/read-block.js'
export { readStorage, type StorageBatch } from './reads/read-storage.js'
export type { CallOptions, CallResult, FailedCall, IncludedCall, PooledCall, WaitFor } from './submit/call-result.js'
export {
  type PrepareCallOptions,
  type PreparedCall,
  prepareCall,
  signPreparedCall,
  submitPreparedCall,
} from './submit/prepared-call.js'
export { submitCall } from './submit/submit-call.js'
export type { Subtensor } from './subtensor.js'
