/** Blocks between epochs, and so rounds between epochs: each block has one round of each validator. */
export const tempo = 20

/** The epoch (1 is the first with rounds) for the whole of which `rw63` is dead. A run with fewer epochs kills nobody. */
export const killedEpoch = 2

/** The miner that is killed. */
export const killedMiner = 'rw63'

/** Weight of the newest round in a miner's score: about the last two epochs count. */
export const scoreAlpha = 0.05

/** Share of the validators' stake that each has. */
export const stakeShares = [60, 40] as const

/** Whether a miner's process runs in a round (1, 2, …) of the run. */
export function isAlive(miner: string, round: number): boolean {
  return miner !== killedMiner || Math.ceil(round / tempo) !== killedEpoch
}
