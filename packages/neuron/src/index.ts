export type { NeuronConfig } from './config/neuron-config.js'
export {
  neuronFlagsHelp,
  type ReadNeuronConfigOptions,
  type ReadNeuronConfigResult,
  readNeuronConfig,
} from './config/read-neuron-config.js'
export { assertClock, type ClockSkew, measureClockSkew } from './run/check-clock.js'
export type { LifecycleOptions } from './run/lifecycle.js'
export type { NeuronEvent, NeuronListener, ReplySummary, SkipReason, WaitReason } from './run/neuron-event.js'
export { type MinerContext, type RunMinerOptions, runMiner } from './run/run-miner.js'
export { runValidator } from './run/run-validator.js'
export type { RoundContext, RunValidatorOptions } from './run/validator-options.js'
export { runProgram } from './run-program.js'
export { createScores, type ScoredSubnet, type ScoreEntry, type Scores, type ScoresOptions } from './scores/scores.js'
export { type ScoresFile, scoresFile } from './scores/scores-file.js'
export type { WeightsOptions } from './weights/weight-setter.js'
export { type AllZeroPolicy, type U16Weights, type WeightsFromScoresOptions, weightsFromScores } from './weights/weights-from-scores.js'
