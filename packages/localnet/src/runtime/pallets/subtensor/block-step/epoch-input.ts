import type { EmissionNeuron } from '../../../../coinbase/distribute-epoch.js'
import type { EpochInput, EpochOutput } from '../../../../consensus/epoch-input.js'
import { activityCutoffBlocks, type EpochSchedule } from '../../../../consensus/epoch-schedule.js'
import { stakeWeight } from '../../../../consensus/stake-weight.js'
import type { Storage } from '../../../../state/storage.js'
import { mechanismIndex, ownerUid, registeredHotkeysOf } from '../neurons.js'
import { hotkeyAlpha } from '../stake-pool.js'
import { hyperparameters, schedule } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { stake } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'

/** What decides when a subnet's epochs run. */
export const scheduleOf = (db: Storage, netuid: number): EpochSchedule => ({
  lastEpochBlock: schedule.LastEpochBlock.get(db, netuid),
  pendingEpochAt: schedule.PendingEpochAt.get(db, netuid),
  subnetEpochIndex: schedule.SubnetEpochIndex.get(db, netuid),
  tempo: hyperparameters.Tempo.get(db, netuid),
  blocksSinceLastStep: schedule.BlocksSinceLastStep.get(db, netuid),
})

/** How long a neuron may be silent, in blocks. */
export const activityCutoff = (db: Storage, netuid: number): bigint =>
  activityCutoffBlocks({
    factorMilli: hyperparameters.ActivityCutoffFactorMilli.get(db, netuid),
    tempo: hyperparameters.Tempo.get(db, netuid),
  })

/** Something of every uid of a subnet, in the order of uids. */
export const perUid = <T>(db: Storage, netuid: number, of: (uid: number) => T): T[] =>
  Array.from({ length: subnets.SubnetworkN.get(db, netuid) }, (_, uid) => of(uid))

/** Alpha on the subnet and TAO on root of a hotkey, in rao. */
export const stakesOf = (db: Storage, netuid: number, hotkey: string) => ({
  alpha: hotkeyAlpha(db, hotkey, netuid),
  tao: hotkeyAlpha(db, hotkey, 0),
})

/** Gathers all that an epoch depends on. */
export function epochInput(
  db: Storage,
  netuid: number,
  { block, emission }: { readonly block: bigint; readonly emission: bigint },
): EpochInput {
  const index = mechanismIndex(netuid, 0)
  const taoWeight = hyperparameters.TaoWeight.get(db)
  const [low, high] = hyperparameters.AlphaValues.get(db, netuid)
  return {
    yumaVersion: hyperparameters.Yuma3On.get(db, netuid) ? 3 : 2,
    currentBlock: block,
    tempo: hyperparameters.Tempo.get(db, netuid),
    lastMechanismStepBlock: schedule.LastMechansimStepBlock.get(db, netuid),
    activityCutoffBlocks: activityCutoff(db, netuid),
    stake: perUid(db, netuid, (uid) => stakeWeight({ ...stakesOf(db, netuid, neurons.Keys.get(db, netuid, uid)), taoWeight })),
    stakeThreshold: hyperparameters.StakeThreshold.get(db),
    ownerUid: ownerUid(db, netuid),
    lastUpdate: neurons.LastUpdate.get(db, index),
    blockAtRegistration: perUid(db, netuid, (uid) => neurons.BlockAtRegistration.get(db, netuid, uid)),
    validatorPermit: neurons.ValidatorPermit.get(db, netuid),
    weights: perUid(db, netuid, (uid) => neurons.Weights.get(db, index, uid)),
    bonds: perUid(db, netuid, (uid) => neurons.Bonds.get(db, index, uid)),
    kappa: hyperparameters.Kappa.get(db, netuid),
    bondsPenalty: hyperparameters.BondsPenalty.get(db, netuid),
    bondsMovingAverage: hyperparameters.BondsMovingAverage.get(db, netuid),
    maxAllowedValidators: hyperparameters.MaxAllowedValidators.get(db, netuid),
    liquidAlpha: hyperparameters.LiquidAlphaOn.get(db, netuid)
      ? { low, high, steepness: hyperparameters.AlphaSigmoidSteepness.get(db, netuid) }
      : undefined,
    // Commits are not modelled, so nobody has one that could date back.
    commitReveal: hyperparameters.CommitRevealWeightsEnabled.get(db, netuid) ? { earliestCommitBlock: [] } : undefined,
    emission,
    mechanismCount: hyperparameters.MechanismCountCurrent.get(db, netuid),
  }
}

/** The neurons as the distribution of an epoch's alpha sees them. */
export function emissionNeurons(db: Storage, netuid: number, output: EpochOutput): EmissionNeuron[] {
  const owner = subnets.SubnetOwner.get(db, netuid)
  const withheld = new Set(registeredHotkeysOf(db, netuid, owner).map(({ uid }) => uid))
  const ownersHotkey = ownerUid(db, netuid)
  if (ownersHotkey !== undefined) withheld.add(ownersHotkey)
  return perUid(db, netuid, (uid): EmissionNeuron => {
    const hotkey = neurons.Keys.get(db, netuid, uid)
    const { alpha, tao } = stakesOf(db, netuid, hotkey)
    return {
      serverEmission: output.serverEmission[uid] ?? 0n,
      validatorEmission: output.validatorEmission[uid] ?? 0n,
      alphaStake: alpha,
      rootStake: tao,
      take: stake.Delegates.get(db, hotkey),
      ownedBySubnetOwner: withheld.has(uid),
    }
  })
}
