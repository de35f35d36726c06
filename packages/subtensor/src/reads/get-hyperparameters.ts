import { netUid, TensorKitError } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import { type ReadOptions, readBlockHash } from './read-block.js'

/** The hyperparameters of a subnet, as the chain's own integers. Fractions are u16 of 65535 unless noted. */
export interface Hyperparameters {
  readonly rho: number
  readonly kappa: number
  /** Blocks that a new neuron cannot be replaced. */
  readonly immunityPeriod: number
  readonly minAllowedWeights: number
  readonly maxWeightsLimit: number
  /** Blocks between two epochs. */
  readonly tempo: number
  /** The version key that weights need at least. */
  readonly weightsVersion: bigint
  /** Blocks between two settings of weights. */
  readonly weightsRateLimit: bigint
  /** Blocks after which a neuron without new weights is inactive. */
  readonly activityCutoff: bigint
  readonly registrationAllowed: boolean
  /** In rao. */
  readonly minBurn: bigint
  /** In rao. */
  readonly maxBurn: bigint
  /** Of 1,000,000. */
  readonly bondsMovingAvg: bigint
  readonly maxRegsPerBlock: number
  readonly targetRegsPerInterval: number
  readonly adjustmentInterval: number
  readonly adjustmentAlpha: bigint
  readonly difficulty: bigint
  readonly minDifficulty: bigint
  readonly maxDifficulty: bigint
  /** Blocks between two calls of serve_axon. */
  readonly servingRateLimit: bigint
  readonly maxValidators: number
  /** Epochs from commit to reveal. */
  readonly commitRevealPeriod: bigint
  readonly commitRevealWeightsEnabled: boolean
  readonly alphaHigh: number
  readonly alphaLow: number
  readonly liquidAlphaEnabled: boolean
}

/**
 * The hyperparameters of a subnet.
 *
 * @throws CHAIN_NOT_FOUND if the subnet does not exist; CORE_INVALID_ARGUMENT for a netuid that is no u16; the
 * connection's errors.
 *
 * Source: runtime API `SubnetInfoRuntimeApi.get_subnet_hyperparams`.
 */
export async function getHyperparameters(
  client: ChainClient,
  options: { readonly netuid: number } & ReadOptions,
): Promise<Hyperparameters> {
  const netuid = netUid(options.netuid)
  const hash = await readBlockHash(client, options)
  const value = await client.backend.runtimeCall('SubnetInfoRuntimeApi', 'get_subnet_hyperparams', [netuid], hash, options)
  if (value === undefined)
    throw new TensorKitError('CHAIN_NOT_FOUND', 'There is no such subnet', { facts: { netuid, endpoint: client.backend.endpoint } })
  // Decoded by the chain's own metadata, whose names these are in camelCase.
  return value as unknown as Hyperparameters
}
