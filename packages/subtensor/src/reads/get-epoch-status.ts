import { type BlockNumber, blockNumber, netUid } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { ReadOptions } from './read-block.js'
import { readStorage, subtensorItem } from './read-storage.js'

/** Where a subnet stands between two epochs. */
export interface EpochStatus {
  /** The block of this reading. */
  readonly block: BlockNumber
  /** How many epochs the subnet has had. It changes at an epoch and only then. */
  readonly epoch: number
  /** Blocks between two epochs; 0 if the subnet has none. */
  readonly tempo: number
  /** The block of the last epoch. */
  readonly lastEpochBlock: number
  /** The block of the next epoch if nothing changes; undefined if the tempo is 0. */
  readonly nextEpochBlock: number | undefined
  /** Blocks from this reading to the next epoch; undefined if the tempo is 0. */
  readonly blocksToNextEpoch: number | undefined
  /** Blocks since the last epoch that ran to its end. */
  readonly blocksSinceLastStep: number
}

/**
 * Where a subnet stands between two epochs, from the chain's own state.
 *
 * The schedule is stateful: it starts anew when the tempo is changed, an epoch may be triggered, or deferred when too
 * many fall into one block. So nothing is computed from the block's number; `nextEpochBlock` is a forecast that a later
 * reading may correct, `epoch` is what has happened.
 *
 * @throws CORE_INVALID_ARGUMENT for a netuid that is no u16; CHAIN_INCOMPATIBLE for a runtime older than the stateful
 * schedule (2026); the connection's errors.
 *
 * Source: pallet-subtensor `coinbase/run_coinbase.rs` (should_run_epoch), `subnet_info.rs` (get_next_epoch_start_block);
 * storage `SubtensorModule.{Tempo, LastEpochBlock, PendingEpochAt, SubnetEpochIndex, BlocksSinceLastStep}`.
 */
export async function getEpochStatus(client: ChainClient, options: { readonly netuid: number } & ReadOptions): Promise<EpochStatus> {
  const netuid = netUid(options.netuid)
  const reads = ['Tempo', 'LastEpochBlock', 'PendingEpochAt', 'SubnetEpochIndex', 'BlocksSinceLastStep'].map((item) =>
    subtensorItem(item, netuid),
  )
  const { block, values } = await readStorage(client, { ...options, reads })
  const tempo = values[0] as number
  const [lastEpochBlock, pendingAt, epoch, blocksSinceLastStep] = values.slice(1).map((value) => Number(value as bigint)) as [
    number,
    number,
    number,
    number,
  ]
  const nextEpochBlock = tempo === 0 ? undefined : nextEpoch({ block, tempo, lastEpochBlock, pendingAt })
  return {
    block: blockNumber(block),
    epoch,
    tempo,
    lastEpochBlock,
    nextEpochBlock,
    blocksToNextEpoch: nextEpochBlock === undefined ? undefined : nextEpochBlock - block,
    blocksSinceLastStep,
  }
}

function nextEpoch(state: {
  readonly block: number
  readonly tempo: number
  readonly lastEpochBlock: number
  readonly pendingAt: number
}): number {
  const scheduled = state.lastEpochBlock + state.tempo
  const due = state.pendingAt > 0 ? Math.min(scheduled, state.pendingAt) : scheduled
  // What is due already runs in the next block.
  return Math.max(due, state.block + 1)
}
