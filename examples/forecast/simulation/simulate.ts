import { activityCutoffBlocks, type EpochInput, type EpochOutput, runEpoch, stakeWeight } from '@tensorkit/localnet/consensus'
import { createForecaster, type ForecasterName, forecasterNames } from '../models/create-forecaster.js'
import type { BatchForecast } from '../models/forecast-batch.js'
import type { Model } from '../models/model.js'
import { isAlive, scoreAlpha, stakeShares, tempo } from '../run/schedule.js'
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
  const miners = forecasterNames.map((name) => ({ name, forecast: createForecaster(name, { leakDirectory, ...(memoise && { memoise }) }) }))
  // What is past its deadline here has one that is over from the start.
  const context = { caller: `validator-${number}`, signal: AbortSignal.abort() }
  const scores = new Map<ForecasterName, number>()
  const missed: { model: ForecasterName; round: number }[] = []
  const weights: WeightRow[] = []
  for (let round = 1; round <= epochs * tempo; round++) {
    const task = examiner.task(round)
    const answers = new Map<ForecasterName, BatchForecast | undefined>()
    for (const { name, forecast } of miners) {
      const answer = isAlive(name, round) ? await Promise.resolve(forecast(task.request, context)).catch(() => undefined) : undefined
      answers.set(name, answer)
    }
    for (const [name, { skill, answered }] of task.score(answers)) {
      scores.set(name, (1 - scoreAlpha) * (scores.get(name) ?? 0) + scoreAlpha * skill)
      if (!answered) missed.push({ model: name, round })
    }
    if (round % tempo === tempo - 1) weights.push(weightsOf(forecasterNames.map((name) => Math.max(0, scores.get(name) ?? 0))))
  }
  return { weights, missed }
}

/** Weights on all miners, in the order of their uids, as the chain takes them: the largest is 65535. */
export function weightsOf(raw: readonly number[]): WeightRow {
  const most = Math.max(...raw)
  return raw.map((weight, i) => [minerUid(i), most > 0 ? Math.round((65535 * weight) / most) : 0])
}

/** Runs the epochs of a run, and gives what the last one yields. @param weights - By validator, by epoch. */
export function simulateChain(weights: readonly (readonly WeightRow[])[]): EpochOutput {
  const epochs = weights[0]?.length ?? 0
  let last: EpochOutput | undefined
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const rows = Array.from({ length: neurons }, (_, uid) => [...(weights[uid - validatorUid(0)]?.[epoch - 1] ?? [])])
    last = epochOf(epoch, rows, last)
  }
  if (!last) throw new RangeError('There must be at least one epoch')
  return last
}

/** One epoch under the rules and the defaults of a new subnet. */
function epochOf(epoch: number, weights: EpochInput['weights'], last: EpochOutput | undefined): EpochOutput {
  const block = BigInt((epoch + 1) * tempo)
  const perNeuron = <T>(ofValidator: (index: number) => T, ofOthers: T) =>
    Array.from({ length: neurons }, (_, uid) => (uid < validatorUid(0) ? ofOthers : ofValidator(uid - validatorUid(0))))
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
