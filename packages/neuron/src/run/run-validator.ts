import { join } from 'node:path'
import { TensorKitError } from '@tensorkit/core'
import { createDendrite } from '@tensorkit/dendrite'
import { createScores } from '../scores/scores.js'
import { scoresFile } from '../scores/scores-file.js'
import { createWeightSetter, type WeightsOptions } from '../weights/weight-setter.js'
import { aborted } from './aborted.js'
import { defaultLogger } from './default-logger.js'
import { createLifecycle } from './lifecycle.js'
import { observeDendrite } from './observe-dendrite.js'
import { type OpenNeuron, openNeuron, stateDirectory } from './open-neuron.js'
import { Validator } from './validator.js'
import type { RunValidatorOptions } from './validator-options.js'

/**
 * Runs a validator until it is told to end: at each new block a round, once an epoch the weights.
 *
 * Miners are called over TLS in sessions, which are kept. Before a round the dendrite connects to the miners that are new
 * or moved, for 5 s at most, and leaves those that are gone.
 *
 * Scores are kept by hotkey in a file and survive a restart. Without a validator permit it waits. A round that throws is
 * told and the next one runs; ten in a row end the validator.
 *
 * @returns When it has ended in order, the round under way finished, scores saved.
 * @throws NEURON_NOT_REGISTERED, at the start or when the hotkey loses its place; NEURON_CLOCK_SKEWED;
 * NEURON_STATE_CORRUPT; NEURON_VERSION_TOO_OLD; NEURON_ROUND_FAILED; PROTOCOL_MISMATCH if no miner speaks the protocol;
 * CORE_NOT_SUPPORTED on a subnet with commit-reveal; METAGRAPH_NOT_FOUND; the errors of wallet and chain.
 *
 * @example
 * ```ts
 * await runValidator({
 *   config: readNeuronConfig(),
 *   round: async ({ miners, dendrite, scores, signal }) => {
 *     for await (const reply of dendrite.query(miners, Echo.say, { text: 'hello' }, { signal })) {
 *       scores.record(reply.hotkey, reply.ok && reply.value.text === 'hello' ? 1 : 0)
 *     }
 *   },
 * })
 * ```
 */
export async function runValidator(options: RunValidatorOptions): Promise<void> {
  const { config, logger = defaultLogger('validator'), onEvent = () => {}, clock } = options
  const scores = createScores(options.scores)
  using lifecycle = createLifecycle(options, logger)
  await using neuron = await openNeuron({ config, logger, wallet: options.wallet, clock, signal: lifecycle.stopping })
  await checkRules(neuron, options.weights)
  const file = scoresFile(join(stateDirectory(neuron), 'scores.json'))
  const savedAt = await file.load(scores)
  logger.info({ file: file.path, savedAt, hotkeys: scores.entries().length, uid: neuron.uid, netuid: config.netuid }, 'Validator runs')
  const { wallet, subtensor, metagraph } = neuron
  onEvent({
    type: 'started',
    role: 'validator',
    netuid: config.netuid,
    uid: neuron.uid,
    hotkey: wallet.hotkey.address,
    block: metagraph.block,
  })
  const inner = createDendrite({
    logger,
    ...(clock && { clock }),
    insecure: config.insecure ?? false,
    ...options.dendrite,
    directory: metagraph,
    signer: wallet.hotkey,
  })
  await using observed = { ...observeDendrite(inner), [Symbol.asyncDispose]: () => inner.close() }
  const setter = createWeightSetter({ ...options.weights, subtensor, netuid: config.netuid, hotkey: wallet.hotkey, logger, onEvent })
  const validator = new Validator({ options, neuron, scores, file, observed, setter, lifecycle, logger, onEvent })
  for await (const snapshot of metagraph.subscribe({ signal: lifecycle.stopping })) await validator.onBlock(snapshot)
  await Promise.race([setter.idle(), aborted(lifecycle.forced)])
  onEvent({ type: 'stopped' })
}

/** Refuses a subnet on which this validator's weights could never count. */
async function checkRules({ subtensor, config, wallet }: OpenNeuron, weights: WeightsOptions | undefined): Promise<void> {
  const { commitReveal, versionKey } = await subtensor.getWeightsStatus({ netuid: config.netuid, hotkey: wallet.hotkey.address })
  if (commitReveal) {
    throw new TensorKitError('CORE_NOT_SUPPORTED', 'The subnet takes committed weights only, which this version does not set', {
      facts: { netuid: config.netuid, hyperparameter: 'commit_reveal_weights_enabled' },
      remedy: 'Let the owner of the subnet switch commit-reveal off, or use a later version.',
    })
  }
  const own = weights?.versionKey ?? 0n
  if (own < versionKey) {
    throw new TensorKitError('NEURON_VERSION_TOO_OLD', 'The subnet demands a newer version of its validators', {
      facts: { netuid: config.netuid, demanded: versionKey, own },
    })
  }
}
