import { type Ss58Address, uid } from '@tensorkit/core'
import { activityCutoffBlocks, type EpochInput, type EpochOutput, runEpoch, stakeWeight } from '@tensorkit/localnet/consensus'
import { createScores, weightsFromScores } from '@tensorkit/neuron'
import { createForecaster, type ForecasterName, forecasterNames } from '../models/create-forecaster.js'
import type { BatchForecast } from '../models/forecast-batch.js'
import type { Model } from '../models/model.js'
import { isAlive, roundsOf, scoreAlpha, stakeShares, tempo, weightsRound } from '../run/schedule.js'
import { createExaminer } from '../scoring/examiner.js'

/** What is simulated. */
export interface SimulationOptions {
  readonly seed: number
  /** Epochs with rounds. */
  readonly epochs: number
  /** Where `garch` leaks to `copycat`; empty before each run. */
  readonly leakDirectory: string
  /** Keeps fits between runs: the same days come up again and again. */
  readonly memoise?: (model: Model) => Model
}

/** What one validator did in a run. */
export interface SimulatedValidator {
  /** What it set in each epoch: uids and u16 weights. */
  readonly weights: readonly WeightRow[]
  /** Every miner and round without a usable answer. */
  readonly missed: readonly { readonly model: ForecasterName; readonly round: number }[]
}

type WeightRow = readonly (readonly [uid: number, weight: number])[]

/** Uid 0 is the owner; then come the miners, then the validators, as they register in the real run. */
const minerUid = (index: number) => 1 + index
const validatorUid = (index: number) => 1 + forecasterNames.length + index
const neurons = 1 + forecasterNames.length + stakeShares.length

/** The uids of the miners, by their models. */
export const minerUids = new Map(forecasterNames.map((name, i) => [name, minerUid(i)]))

/** The uids of the validators, the heavier first. */
export const validatorUids = stakeShares.map((_, i) => validatorUid(i))

/** Tasks, answers, scores and weights of a whole run, with the schedule of the real one: a result for each validator. */
export async function simulateValidators(options: SimulationOptions): Promise<SimulatedValidator[]> {
  const results: SimulatedValidator[] = []
  for (const [i] of stakeShares.entries()) results.push(await simulateValidator(i + 1, options))
  return results
}

async function simulateValidator(number: number, { seed, epochs, leakDirectory, memoise }: SimulationOptions): Promise<SimulatedValidator> {
  const examiner = createExaminer({ seed, validator: number })
  const miners = forecasterNames.map((name) => ({ name, forecast: createForecaster(name, { leakDirectory, memoise }) }))
  // What is past its deadline here has one that is over from the start.
  const context = { hotkey: `validator-${number}`, signal: AbortSignal.abort() }
  const scores = createScores({ alpha: scoreAlpha })
  const missed: { model: ForecasterName; round: number }[] = []
  const weights: WeightRow[] = []
  for (let round = 1; round <= roundsOf(epochs); round++) {
    const task = examiner.task(round)
    const answers = new Map<ForecasterName, BatchForecast | undefined>()
    for (const { name, forecast } of miners) {
      const answer = isAlive(name, round) ? await Promise.resolve(forecast(task.request, context)).catch(() => undefined) : undefined
      answers.set(name, answer)
    }
    for (const [name, { skill, answered }] of task.score(answers)) {
      scores.record(name, skill)
      if (!answered) missed.push({ model: name, round })
    }
    if (round === weightsRound(weights.length + 1)) weights.push(weightsOf((name) => scores.get(name)))
  }
  return { weights, missed }
}

/** Weights on all miners, as the chain takes them. */
export function weightsOf(score: (name: ForecasterName) => number): WeightRow {
  // A name stands for its hotkey here.
  const candidates = forecasterNames.map((name, i) => ({ uid: uid(minerUid(i)), hotkey: name as string as Ss58Address }))
  const set = weightsFromScores({ candidates, scores: { get: (name) => score(name as string as ForecasterName) } })
  return set ? set.uids.map((own, i) => [own, set.weights[i] as number]) : []
}

/** Runs the epochs of a run, and gives what the last one yields. @param weights - By validator, by epoch. */
export function simulateChain(weights: readonly (readonly WeightRow[])[]): EpochOutput {
  const epochs = weights[0]?.length ?? 0
  let last: EpochOutput | undefined
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const rows = Array.from({ length: neurons }, (_, i) => [...(weights[i - validatorUid(0)]?.[epoch - 1] ?? [])])
    last = epochOf(epoch, rows, last)
  }
  if (!last) throw new RangeError('There must be at least one epoch')
  return last
}

/** One epoch under the rules and the defaults of a new subnet. */
function epochOf(epoch: number, weights: EpochInput['weights'], last: EpochOutput | undefined): EpochOutput {
  const block = BigInt((epoch + 1) * tempo)
  const perNeuron = <T>(ofValidator: (index: number) => T, ofOthers: T) =>
    Array.from({ length: neurons }, (_, i) => (i < validatorUid(0) ? ofOthers : ofValidator(i - validatorUid(0))))
  return runEpoch({
    yumaVersion: 3,
    currentBlock: block,
    tempo,
    lastMechanismStepBlock: block - BigInt(tempo),
    activityCutoffBlocks: activityCutoffBlocks({ factorMilli: 13_889, tempo }),
    stake: perNeuron((i) => stakeWeight({ alpha: BigInt(stakeShares[i] as number) * 1_000_000_000_000n, tao: 0n, taoWeight: 0n }), 0n),
    stakeThreshold: 0n,
    ownerUid: 0,
    lastUpdate: perNeuron(() => block - 1n, 1n),
    blockAtRegistration: perNeuron(() => 1n, 1n),
    validatorPermit: perNeuron(() => true, false),
    weights,
    bonds: last?.bonds ?? Array.from({ length: neurons }, () => []),
    kappa: 32_767,
    bondsPenalty: 65_535,
    bondsMovingAverage: 900_000n,
    maxAllowedValidators: 64,
    emission: 1_000_000_000n,
  })
}
