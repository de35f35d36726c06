import { type BlockNumber, netUid, type Ss58Address, type Uid, uid } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { ReadOptions } from './read-block.js'
import { readStorage, subtensorItem } from './read-storage.js'

/** What a hotkey may do about weights at one block, by the subnet's live rules. */
export interface WeightsStatus {
  readonly block: BlockNumber
  /** Undefined if the hotkey is not registered on the subnet: then the rest is of no use. */
  readonly uid: Uid | undefined
  readonly validatorPermit: boolean
  /** Whether weights must be committed: plain ones are refused then. */
  readonly commitReveal: boolean
  /** The block of the neuron's last weights (or registration). */
  readonly lastUpdate: number
  /** Blocks that must lie between two settings of weights. */
  readonly rateLimitBlocks: number
  /** How many blocks the rate limit still forbids weights; 0 if it does not. */
  readonly blocksToWait: number
  /** The fewest weights that the chain takes. */
  readonly minAllowedWeights: number
  /** The version key that the chain demands at least; 0 for any. */
  readonly versionKey: bigint
}

/**
 * Reads, at one block, everything that decides whether a hotkey may set weights.
 *
 * @throws CORE_INVALID_ARGUMENT for a netuid that is no u16; the connection's errors.
 *
 * Source: pallet-subtensor `subnets/weights.rs` (do_set_weights, check_rate_limit); storage `SubtensorModule.{Uids,
 * ValidatorPermit, CommitRevealWeightsEnabled, LastUpdate, WeightsSetRateLimit, MinAllowedWeights, WeightsVersionKey}`.
 */
export async function getWeightsStatus(
  client: ChainClient,
  options: { readonly netuid: number; readonly hotkey: Ss58Address | string } & ReadOptions,
): Promise<WeightsStatus> {
  const netuid = netUid(options.netuid)
  const items = [
    'ValidatorPermit',
    'CommitRevealWeightsEnabled',
    'LastUpdate',
    'WeightsSetRateLimit',
    'MinAllowedWeights',
    'WeightsVersionKey',
  ]
  const reads = [subtensorItem('Uids', netuid, options.hotkey), ...items.map((item) => subtensorItem(item, netuid))]
  const { block, values } = await readStorage(client, { ...options, reads })
  const [own, permits, commitReveal, lastUpdates, rateLimit, minAllowed, versionKey] = values
  const self = own === undefined ? undefined : uid(own as number)
  const lastUpdate = Number((lastUpdates as readonly bigint[])[self ?? -1] ?? 0n)
  const rateLimitBlocks = Number(rateLimit)
  return {
    block,
    uid: self,
    validatorPermit: (permits as readonly boolean[])[self ?? -1] ?? false,
    commitReveal: commitReveal as boolean,
    lastUpdate,
    rateLimitBlocks,
    // A neuron that never set weights has no limit.
    blocksToWait: lastUpdate === 0 ? 0 : Math.max(0, lastUpdate + rateLimitBlocks - block),
    minAllowedWeights: minAllowed as number,
    versionKey: versionKey as bigint,
  }
}
