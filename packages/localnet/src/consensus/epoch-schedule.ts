import { TensorKitError } from '@tensorkit/core'

/** Longest tempo, and the most blocks that can pass without an epoch. Source: subtensor `MAX_TEMPO`, spec 425. */
export const MAX_TEMPO = 50_400

/** What decides when a subnet's epochs run. Numbers of blocks, except the index. */
export interface EpochSchedule {
  /** Block of the last due epoch. `LastEpochBlock`. */
  readonly lastEpochBlock: bigint
  /** Block from which a triggered or deferred epoch is due; 0 for none. `PendingEpochAt`. */
  readonly pendingEpochAt: bigint
  /** Number of epochs that were due so far. `SubnetEpochIndex`. */
  readonly subnetEpochIndex: bigint
  /** Blocks between epochs; 0 for none at all. `Tempo`. */
  readonly tempo: number
  /** Blocks since the last epoch that succeeded. `BlocksSinceLastStep`. */
  readonly blocksSinceLastStep: bigint
}

/**
 * Whether an epoch is due in a block. The schedule is state, not a modulo: it starts again from every epoch.
 *
 * Source: subtensor `should_run_epoch`, spec 425.
 */
export function shouldRunEpoch(schedule: EpochSchedule, block: bigint): boolean {
  if (schedule.tempo === 0) return false
  if (schedule.pendingEpochAt > 0n && block >= schedule.pendingEpochAt) return true
  if (schedule.blocksSinceLastStep > BigInt(MAX_TEMPO)) return true
  return block - schedule.lastEpochBlock >= BigInt(schedule.tempo)
}

/**
 * The epoch that a commit made in a block belongs to: one more than the index if an epoch is due in that very block.
 *
 * Source: subtensor `SubnetEpochIndex` as commits read it, spec 425.
 */
export function commitEpoch(schedule: EpochSchedule, block: bigint): bigint {
  return schedule.subnetEpochIndex + (shouldRunEpoch(schedule, block) ? 1n : 0n)
}

/**
 * Block of the next epoch by tempo or trigger; undefined for tempo 0. Deferral by the cap of epochs a block is not
 * foreseen.
 *
 * Source: subtensor runtime API `get_next_epoch_start_block`, spec 425.
 */
export function nextEpochStartBlock(schedule: EpochSchedule): bigint | undefined {
  if (schedule.tempo === 0) return undefined
  const auto = schedule.lastEpochBlock + BigInt(schedule.tempo)
  const { pendingEpochAt } = schedule
  return pendingEpochAt > 0n && pendingEpochAt < auto ? pendingEpochAt : auto
}

/**
 * Blocks until the next epoch by tempo alone; undefined for tempo 0, which has none.
 *
 * Source: subtensor `blocks_until_next_auto_epoch`, spec 425.
 */
export function blocksUntilNextAutoEpoch(schedule: EpochSchedule, block: bigint): bigint | undefined {
  if (schedule.tempo === 0) return undefined
  const left = schedule.lastEpochBlock + BigInt(schedule.tempo) - block
  return left > 0n ? left : 0n
}

/**
 * The schedule after a block in which a due epoch, if any, ran.
 *
 * Source: subtensor `drain_pending`, spec 425.
 */
export function advanceEpochSchedule(schedule: EpochSchedule, block: bigint): EpochSchedule {
  const waited = { ...schedule, blocksSinceLastStep: schedule.blocksSinceLastStep + 1n }
  if (!shouldRunEpoch(waited, block)) return waited
  return {
    ...waited,
    lastEpochBlock: block,
    pendingEpochAt: 0n,
    subnetEpochIndex: schedule.subnetEpochIndex + 1n,
    blocksSinceLastStep: 0n,
  }
}

/**
 * Block of the epoch that a subnet is staggered from when it registers.
 *
 * Source: subtensor `register_network`, spec 425.
 */
export function initialLastEpochBlock(options: { readonly netuid: number; readonly tempo: number; readonly block: bigint }): bigint {
  const anchor = options.block - BigInt(options.netuid % Math.max(options.tempo, 1))
  return anchor > 0n ? anchor : 0n
}

/**
 * How many blocks may pass before a neuron counts as inactive.
 *
 * Source: subtensor `get_activity_cutoff_blocks`, spec 425.
 */
export function activityCutoffBlocks(options: { readonly factorMilli: number; readonly tempo: number }): bigint {
  const blocks = (BigInt(options.factorMilli) * BigInt(options.tempo)) / 1000n
  return blocks > 1n ? blocks : 1n
}

/**
 * First block in which a commit made in the next block can be revealed, found by stepping the schedule.
 *
 * @param options.currentBlock - Head; the commit is taken to land in the block after it.
 * @param options.revealPeriodEpochs - Epochs between commit and reveal.
 * @throws CORE_INVALID_ARGUMENT for tempo 0, or if no block within (period + 1) · 50,400 fits.
 *
 * Source: Bittensor v11 `predict_first_reveal_block`.
 */
export function predictFirstRevealBlock(
  schedule: EpochSchedule,
  options: { readonly currentBlock: bigint; readonly revealPeriodEpochs: bigint },
): bigint {
  if (schedule.tempo === 0) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A subnet of tempo 0 has no epochs')
  const first = options.currentBlock + 1n
  const target = commitEpoch(schedule, first) + options.revealPeriodEpochs
  const last = first + (options.revealPeriodEpochs + 1n) * BigInt(MAX_TEMPO)
  let state = schedule
  for (let block = first; block <= last; block++) {
    if (commitEpoch(state, block) === target) return block
    state = advanceEpochSchedule(state, block)
  }
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'No block within the bound can reveal the commit', {
    facts: { revealPeriodEpochs: options.revealPeriodEpochs, tempo: schedule.tempo },
  })
}
