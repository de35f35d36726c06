import { commitCrv3MechanismWeights, commitTimelockedMechanismWeights, commitTimelockedWeights } from './commit-timelocked-weights.js'
import { batchCommitWeights, commitMechanismWeights, commitWeights } from './commit-weights.js'
import { batchRevealWeights, revealMechanismWeights, revealWeights } from './reveal-weights.js'
import { batchSetWeights, setMechanismWeights, setWeightsCall } from './set-weights.js'

/** Weights: plain, committed by their hash, and sealed until a round of the beacon. */
export const weightCalls = {
  set_weights: setWeightsCall,
  set_mechanism_weights: setMechanismWeights,
  batch_set_weights: batchSetWeights,
  commit_weights: commitWeights,
  commit_mechanism_weights: commitMechanismWeights,
  batch_commit_weights: batchCommitWeights,
  reveal_weights: revealWeights,
  reveal_mechanism_weights: revealMechanismWeights,
  batch_reveal_weights: batchRevealWeights,
  commit_crv3_mechanism_weights: commitCrv3MechanismWeights,
  commit_timelocked_weights: commitTimelockedWeights,
  commit_timelocked_mechanism_weights: commitTimelockedMechanismWeights,
}
