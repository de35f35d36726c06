import { type ErrorCode, type Logger, TensorKitError, toTensorKitError } from '@tensorkit/core'
import type { MetagraphSnapshot, Neuron } from '@tensorkit/metagraph'
import type { EpochStatus } from '@tensorkit/subtensor'
import type { Scores } from '../scores/scores.js'
import type { ScoresFile } from '../scores/scores-file.js'
import type { WeightSetter } from '../weights/weight-setter.js'
import { aborted } from './aborted.js'
import { assertClock, measureClockSkew } from './check-clock.js'
import type { Lifecycle } from './lifecycle.js'
import type { NeuronListener, ReplySummary, WaitReason } from './neuron-event.js'
import type { ObservedDendrite } from './observe-dendrite.js'
import { type OpenNeuron, registeredNeuron } from './open-neuron.js'
import type { RoundContext, RunValidatorOptions } from './validator-options.js'

/** How many rounds may fail one after the other before the validator ends. */
const MAX_FAILED_ROUNDS = 10
/** Codes that say that caller and miner speak different protocols. */
const MISMATCH_CODES: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>(['DENDRITE_UNIMPLEMENTED', 'PROTOCOL_MISMATCH'])
/** Miners that must agree before a validator ends for what they say: fewer could be set up by one party. */
const MIN_WITNESSES = 3

/** How long a round waits for connections to miners that are new or moved, in ms. */
const MAX_CONNECT_MS = 5_000

/** What a {@link Validator} works with. */
export interface ValidatorParts {
  readonly options: RunValidatorOptions
  readonly neuron: OpenNeuron
  readonly scores: Scores
  readonly file: ScoresFile
  readonly observed: ObservedDendrite
  readonly setter: WeightSetter
  readonly lifecycle: Lifecycle
  readonly logger: Logger
  readonly onEvent: NeuronListener
}

/** What a validator does at each block. */
export class Validator {
  readonly #parts: ValidatorParts
  #epoch: number | undefined
  #hadPermit: boolean | undefined
  #failedRounds = 0
  /** Miners that connections were made to, or tried. */
  #known: ReadonlySet<string> = new Set()
  #warmUp: Promise<void> | undefined

  constructor(parts: ValidatorParts) {
    this.#parts = parts
  }

  async onBlock(snapshot: MetagraphSnapshot): Promise<void> {
    const { neuron, scores, lifecycle, logger, onEvent } = this.#parts
    const { block } = snapshot
    const self = await registeredNeuron(snapshot, neuron.wallet.hotkey.address, neuron.subtensor)
    const status = await neuron.subtensor.getEpochStatus({
      netuid: snapshot.netuid,
      at: snapshot.blockHash as `0x${string}`,
      signal: lifecycle.forced,
    })
    onEvent({ type: 'synced', block })
    if (this.#epoch !== undefined && this.#epoch !== status.epoch) onEvent({ type: 'epoch', epoch: status.epoch, block })
    this.#epoch = status.epoch
    const reset = scores.align(snapshot)
    if (reset.length > 0) {
      logger.info({ block, hotkeys: reset }, 'Scores of hotkeys that left or registered anew are reset')
      onEvent({ type: 'scores-reset', hotkeys: reset, block })
    }
    const miners = snapshot.miners().filter((miner) => miner.axon !== undefined && miner !== self)
    const reason = this.#waitReason(self, miners)
    if (reason) {
      logger.info({ block, reason, blocksToNextEpoch: status.blocksToNextEpoch }, waitTexts[reason])
      return onEvent({ type: 'waiting', block, reason, blocksToNextEpoch: status.blocksToNextEpoch })
    }
    await this.#connect(miners)
    await this.#round({ snapshot, status, self, miners })
  }

  /**
   * Connects to miners ahead of the round, so that those that are new or moved are not timed while they shake hands. One
   * that does not answer holds the others up once, for a while; what is still under way goes on beside the round.
   */
  async #connect(miners: readonly Neuron[]): Promise<void> {
    const { observed, lifecycle, logger } = this.#parts
    const { stopping } = lifecycle
    this.#warmUp ??= observed.dendrite
      .warmUp(miners, { signal: stopping })
      .then(
        ({ opened, closed, failed }) => logger.debug({ opened, closed, failed: failed.length }, 'Connections to miners'),
        (error: unknown) => {
          // The dendrite closes when the validator ends.
          if (!stopping.aborted) logger.warn({ code: toTensorKitError(error).code }, 'The connections to miners were not made')
        },
      )
      .finally(() => {
        this.#warmUp = undefined
      })
    const places = miners.map(placeOf)
    const isNew = places.some((place) => !this.#known.has(place))
    this.#known = new Set(places)
    if (!isNew) return
    const enough = AbortSignal.any([stopping, AbortSignal.timeout(MAX_CONNECT_MS)])
    await Promise.race([this.#warmUp, aborted(enough)])
  }

  #waitReason(self: Neuron, miners: readonly Neuron[]): WaitReason | undefined {
    const hadPermit = this.#hadPermit
    this.#hadPermit = self.validatorPermit
    if (!self.validatorPermit) return 'permit'
    // Seen to be given just now: miners learn of it at this block too, and would refuse who comes before that.
    if (hadPermit === false) return 'permit-is-new'
    return miners.length === 0 ? 'no-miners' : undefined
  }

  async #round(moment: { snapshot: MetagraphSnapshot; status: EpochStatus; self: Neuron; miners: readonly Neuron[] }): Promise<void> {
    const { options, scores, file, observed, setter, lifecycle, logger, onEvent } = this.#parts
    const { snapshot, status, self, miners } = moment
    const { block, epoch } = status
    const started = performance.now()
    onEvent({ type: 'round-started', block, epoch, miners: miners.length })
    let error: TensorKitError | undefined
    try {
      const signal = AbortSignal.any([lifecycle.forced, AbortSignal.timeout(options.roundTimeoutMs ?? 60_000)])
      const context: RoundContext = {
        block,
        epoch,
        blockInEpoch: block - status.lastEpochBlock,
        miners,
        snapshot,
        dendrite: observed.dendrite,
        scores,
        self,
        logger,
        signal,
      }
      // A round that ignores its signal is left behind: the loop must not hang with it.
      await Promise.race([options.round(context), aborted(signal).then(() => signal.throwIfAborted())])
    } catch (thrown) {
      error = toTensorKitError(thrown, { code: 'NEURON_ROUND_FAILED', shortMessage: 'The round function threw an error' })
    }
    const replies = observed.take()
    await this.#assertUnderstood(replies)
    await file.save(scores, block)
    // Who has a score but no axon any more is weighed too.
    const candidates = snapshot.miners().filter((miner) => miner !== self && (miner.axon !== undefined || scores.get(miner.hotkey) !== 0))
    if (!lifecycle.stopping.aborted) {
      await setter.consider({ blockHash: snapshot.blockHash, status, candidates, scores, signal: lifecycle.forced })
    }
    const durationMs = performance.now() - started
    if (error) {
      this.#failedRounds++
      logger.error({ block, code: error.code, cause: String(error.cause ?? error.shortMessage).slice(0, 500) }, 'The round failed')
      onEvent({ type: 'round-failed', block, epoch, durationMs, error })
      if (this.#failedRounds < MAX_FAILED_ROUNDS) return
      throw new TensorKitError('NEURON_ROUND_FAILED', `${MAX_FAILED_ROUNDS} rounds failed one after the other`, { cause: error })
    }
    this.#failedRounds = 0
    logger.info(
      { block, epoch, answered: replies.filter(({ ok }) => ok).length, asked: replies.length, durationMs: Math.round(durationMs) },
      'Round finished',
    )
    onEvent({ type: 'round-finished', block, epoch, durationMs, replies })
  }

  /** Ends the validator where no miner can understand it, since its rounds would only punish miners. */
  async #assertUnderstood(replies: readonly ReplySummary[]): Promise<void> {
    const { neuron, options, lifecycle } = this.#parts
    if (replies.length === 0) return
    const all = (wrong: (reply: ReplySummary) => boolean) => replies.every(wrong)
    const witnesses = new Set(replies.map(({ hotkey }) => hotkey)).size
    if (all(({ code }) => code === 'AUTH_STALE' || code === 'NEURON_CLOCK_SKEWED')) {
      // The miners' word alone ends nobody: the chain's node is asked.
      assertClock(await measureClockSkew(neuron.subtensor, { clock: options.clock, signal: lifecycle.forced }))
    }
    if (witnesses >= MIN_WITNESSES && all(({ code }) => MISMATCH_CODES.has(code))) {
      throw new TensorKitError('PROTOCOL_MISMATCH', 'None of the miners speaks the protocol of this validator', {
        facts: { miners: witnesses, netuid: neuron.config.netuid },
      })
    }
  }
}

/** Who serves where, with which key. */
const placeOf = ({ hotkey, axon, certificate }: Neuron): string =>
  [hotkey, axon?.host, axon?.port, certificate && Buffer.from(certificate.publicKey).toString('base64')].join()

const waitTexts: Readonly<Record<WaitReason, string>> = {
  permit: 'Waiting for a validator permit: it appears at an epoch, if the stake is among the highest',
  'permit-is-new': 'The validator permit is here: the first round runs at the next block',
  'no-miners': 'Waiting for miners: none serves an axon yet',
}
