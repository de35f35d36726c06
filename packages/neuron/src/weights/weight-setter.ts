import { type Logger, type Signer, TensorKitError } from '@tensorkit/core'
import type { Neuron } from '@tensorkit/metagraph'
import type { EpochStatus, IncludedCall, Subtensor } from '@tensorkit/subtensor'
import type { NeuronListener } from '../run/neuron-event.js'
import type { Scores } from '../scores/scores.js'
import { type AllZeroPolicy, type U16Weights, weightsFromScores } from './weights-from-scores.js'

/** How a validator sets weights. */
export interface WeightsOptions {
  /** What to set when no score is above zero. @defaultValue `'skip'`, with a warning */
  readonly whenAllZero?: AllZeroPolicy | undefined
  /**
   * How many blocks before an epoch the weights are set. At least 2: one includes them, the next may be the epoch.
   *
   * @defaultValue a tenth of the tempo, at least 2: late enough for fresh scores, early enough to try again
   */
  readonly windowBlocks?: number | undefined
  /** The version of this validator's rules. A subnet may demand a least one. @defaultValue 0n, which suits a subnet that demands none */
  readonly versionKey?: bigint | undefined
}

/** What {@link createWeightSetter} takes. */
export interface WeightSetterOptions extends WeightsOptions {
  readonly subtensor: Subtensor
  readonly netuid: number
  readonly hotkey: Signer
  readonly logger: Logger
  readonly onEvent: NeuronListener
}

/** Where the chain stands, and what there is to set. */
export interface WeightSetterMoment {
  /** The hash of the block, with 0x. */
  readonly blockHash: string
  readonly status: EpochStatus
  /** Who is weighed. */
  readonly candidates: readonly Neuron[]
  readonly scores: Scores
  readonly signal: AbortSignal
}

/** Sets weights once an epoch. */
export interface WeightSetter {
  /**
   * Sets the weights if they are due at this block. Waits for the pool alone; inclusion and read-back go on behind.
   *
   * @throws NEURON_NO_SCORES by the policy `throw`; the connection's errors.
   */
  consider(moment: WeightSetterMoment): Promise<void>
  /** Resolves once nothing is under way. */
  idle(): Promise<void>
}

/**
 * Creates a weight setter. It keeps no state: whether this epoch's weights are set is read from the chain, so that a
 * restart neither forgets nor repeats them.
 */
export function createWeightSetter(options: WeightSetterOptions): WeightSetter {
  const { subtensor, netuid, hotkey, logger, onEvent } = options
  let pending: Promise<void> | undefined
  // What was said of an epoch is not said again at each of its blocks.
  let told: string | undefined
  const once = (key: string, tell: () => void) => {
    if (told === key) return
    told = key
    tell()
  }
  return {
    async consider({ blockHash, status, candidates, scores, signal }) {
      const { block, epoch, tempo, nextEpochBlock } = status
      if (pending || nextEpochBlock === undefined) return
      const opens = nextEpochBlock - Math.max(2, options.windowBlocks ?? Math.ceil(tempo / 10))
      // In the last block before an epoch it is too late: the next block runs the epoch first, then includes weights.
      if (block < opens || block >= nextEpochBlock - 1) return
      const own = await subtensor.getWeightsStatus({ netuid, hotkey: hotkey.address, at: blockHash as `0x${string}`, signal })
      if (own.uid === undefined || !own.validatorPermit || own.lastUpdate >= opens) return
      if (own.blocksToWait > 0) {
        return once(`${epoch}:rate-limit`, () => {
          logger.warn({ block, blocksToWait: own.blocksToWait }, 'The rate limit of the subnet forbids weights in this epoch')
          onEvent({ type: 'weights-skipped', reason: 'rate-limit', block })
        })
      }
      const weights = weightsFromScores({ candidates, scores, whenAllZero: options.whenAllZero })
      if (!weights) {
        return once(`${epoch}:no-scores`, () => {
          logger.warn({ block, candidates: candidates.length }, 'No miner has a score above zero: no weights are set (policy: skip)')
          onEvent({ type: 'weights-skipped', reason: 'no-scores', block })
        })
      }
      const sent = await subtensor.setWeights({ netuid, hotkey, ...weights, versionKey: options.versionKey, waitFor: 'pool', signal })
      if (!sent.ok) return once(`${epoch}:${sent.error.code}`, () => failed(sent.error, block))
      logger.info(
        { block, epoch, weights: Object.fromEntries(weights.uids.map((uid, i) => [uid, weights.weights[i]])) },
        'Weights submitted',
      )
      onEvent({ type: 'weights-submitted', block, epoch, hash: sent.hash, ...weights })
      const uid = own.uid
      pending = sent.inclusion
        .then(async (result) => {
          if (result.ok) await verify(uid, weights, result)
          else failed(result.error, block)
        })
        .catch((error: unknown) => {
          logger.warn({ code: TensorKitError.isInstance(error) ? error.code : 'unknown' }, 'The weights could not be read back')
        })
        .finally(() => {
          pending = undefined
        })
    },
    idle: () => pending ?? Promise.resolve(),
  }

  function failed(error: TensorKitError, block: number): void {
    logger.error(
      { code: error.code, chainError: error.facts.chainError, remedy: error.remedy },
      `Weights were not set: ${error.shortMessage}`,
    )
    onEvent({ type: 'weights-failed', error, block })
  }

  async function verify(uid: number, sent: U16Weights, { block, blockHash, hash }: IncludedCall): Promise<void> {
    const stored = await subtensor.getWeights({ netuid, uid, at: blockHash as `0x${string}` })
    const same =
      stored.length === sent.uids.length && stored.every((entry, i) => entry.uid === sent.uids[i] && entry.weight === sent.weights[i])
    if (!same) {
      return failed(
        new TensorKitError('CHAIN_INCOMPATIBLE', 'The chain stores other weights than were sent', {
          facts: { uid, sent: sent.uids.length, stored: stored.length },
        }),
        block,
      )
    }
    logger.info({ block, hash }, 'Weights set and read back')
    onEvent({ type: 'weights-set', block, hash, ...sent })
  }
}
