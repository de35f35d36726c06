/** Blocks between epochs. Each block after the first with permits has one round of each validator. */
export const tempo = 20

/**
 * The rounds of a run. Permits appear at the block of an epoch; from the next block on there is a round a block, up to the
 * block before the last epoch's. Round r is on the r-th block after the permits.
 */
export const roundsOf = (epochs: number): number => epochs * tempo - 1

/** In which epoch (1, 2, …) a round (1, 2, …) lies. */
export const epochOfRound = (round: number): number => Math.floor(round / tempo) + 1

/** The last round whose scores are in the weights that an epoch is decided by: they need a block to be included. */
export const weightsRound = (epoch: number): number => epoch * tempo - 2

/** The epoch for the whole of which `rw63` is dead. A run with fewer epochs kills nobody. */
export const killedEpoch = 2

/** The miner that is killed. */
export const killedMiner = 'rw63'

/** Weight of the newest round in a miner's score: about the last two epochs count. */
export const scoreAlpha = 0.05

/** Share of the validators' stake that each has. */
export const stakeShares = [60, 40] as const

/** Whether a miner's process runs in a round of the run. */
export function isAlive(miner: string, round: number): boolean {
  return miner !== killedMiner || epochOfRound(round) !== killedEpoch
}
