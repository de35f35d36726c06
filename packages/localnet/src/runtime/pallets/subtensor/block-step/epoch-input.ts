import type { EpochInput } from '../../../../consensus/epoch-input.js'
import { activityCutoffBlocks } from '../../../../consensus/epoch-schedule.js'
import { stakeWeight } from '../../../../consensus/stake-weight.js'
import type { Storage } from '../../../../state/storage.js'
import type { ReadContext } from '../../../framework/context.js'
import { stakesOf } from '../inherited-stake.js'
import { mechanismIndex, ownerUid } from '../neurons.js'
import { commits } from '../storage/commits.js'
import { hyperparameters, schedule } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { subnets } from '../storage/subnets.js'
import { commitRevealOn, type MechanismTarget } from '../weight-checks.js'
import { isExpired, revealWindow } from '../weight-commits.js'

/** How long a neuron may be silent, in blocks. */
export const activityCutoff = (db: Storage, netuid: number): bigint =>
  activityCutoffBlocks({
    factorMilli: hyperparameters.ActivityCutoffFactorMilli.get(db, netuid),
    tempo: hyperparameters.Tempo.get(db, netuid),
  })

/** Something of every uid of a subnet, in the order of uids. */
export const perUid = <T>(db: Storage, netuid: number, of: (uid: number) => T): T[] =>
  Array.from({ length: subnets.SubnetworkN.get(db, netuid) }, (_, uid) => of(uid))

/** Block of the earliest commit of each neuron that has not expired; undefined for those without one. */
function earliestCommits(context: ReadContext, netuid: number, index: number): (bigint | undefined)[] {
  const { db } = context
  const window = revealWindow(context, netuid)
  const earliest = new Map<string, bigint>()
  const note = (hotkey: string, block: bigint): void => {
    const known = earliest.get(hotkey)
    if (known === undefined || block < known) earliest.set(hotkey, block)
  }
  for (const [, hotkey] of commits.WeightCommits.keys(db, index)) {
    const own = commits.WeightCommits.get(db, index, hotkey) ?? []
    const first = own.find(([, epoch]) => !isExpired(window, epoch))
    if (first) note(hotkey, first[2])
  }
  for (const [, epoch] of commits.TimelockedWeightCommits.keys(db, index)) {
    if (isExpired(window, epoch)) continue
    for (const [hotkey, block] of commits.TimelockedWeightCommits.get(db, index, epoch)) note(hotkey, block)
  }
  return perUid(db, netuid, (uid) => earliest.get(neurons.Keys.get(db, netuid, uid)))
}

/** Gathers all that a mechanism's epoch depends on but its part of the alpha. */
function mechanismInput(context: ReadContext, subnet: EpochInput, target: MechanismTarget): EpochInput {
  const { db } = context
  const { netuid, mechanism } = target
  const index = mechanismIndex(netuid, mechanism)
  const updates = neurons.LastUpdate.get(db, index)
  return {
    ...subnet,
    lastUpdate: perUid(db, netuid, (uid) => updates[uid] ?? 0n),
    weights: perUid(db, netuid, (uid) => neurons.Weights.get(db, index, uid)),
    bonds: perUid(db, netuid, (uid) => neurons.Bonds.get(db, index, uid)),
    commitReveal: commitRevealOn(db, netuid) ? { earliestCommitBlock: earliestCommits(context, netuid, index) } : undefined,
  }
}

/** Gathers all that the epochs of a subnet's mechanisms depend on. */
export function epochInputs(context: ReadContext, netuid: number): EpochInput[] {
  const { db, block } = context
  const taoWeight = hyperparameters.TaoWeight.get(db)
  const [low, high] = hyperparameters.AlphaValues.get(db, netuid)
  const subnet: EpochInput = {
    yumaVersion: hyperparameters.Yuma3On.get(db, netuid) ? 3 : 2,
    currentBlock: BigInt(block.number),
    tempo: hyperparameters.Tempo.get(db, netuid),
    lastMechanismStepBlock: schedule.LastMechansimStepBlock.get(db, netuid),
    activityCutoffBlocks: activityCutoff(db, netuid),
    stake: perUid(db, netuid, (uid) => stakeWeight({ ...stakesOf(db, netuid, neurons.Keys.get(db, netuid, uid)), taoWeight })),
    stakeThreshold: hyperparameters.StakeThreshold.get(db),
    ownerUid: ownerUid(db, netuid),
    lastUpdate: [],
    blockAtRegistration: perUid(db, netuid, (uid) => neurons.BlockAtRegistration.get(db, netuid, uid)),
    validatorPermit: neurons.ValidatorPermit.get(db, netuid),
    weights: [],
    bonds: [],
    kappa: hyperparameters.Kappa.get(db, netuid),
    bondsPenalty: hyperparameters.BondsPenalty.get(db, netuid),
    bondsMovingAverage: hyperparameters.BondsMovingAverage.get(db, netuid),
    maxAllowedValidators: hyperparameters.MaxAllowedValidators.get(db, netuid),
    liquidAlpha: hyperparameters.LiquidAlphaOn.get(db, netuid)
      ? { low, high, steepness: hyperparameters.AlphaSigmoidSteepness.get(db, netuid) }
      : undefined,
    emission: 0n,
  }
  const count = hyperparameters.MechanismCountCurrent.get(db, netuid)
  return Array.from({ length: count }, (_, mechanism) => mechanismInput(context, subnet, { netuid, mechanism }))
}
