import type { MetagraphSnapshot } from '@tensorkit/metagraph'
import type { Barrier } from './barrier.js'
import type { LocalnetControl } from './localnet-control.js'
import { epochOfRound, killedEpoch, tempo } from './schedule.js'

/** What {@link conduct} directs. */
export interface ConductOptions {
  readonly epochs: number
  /** The head, whose block was an epoch: the first with permits. */
  readonly firstBlock: number
  readonly localnet: LocalnetControl
  /** Where the validators report each block that they are through with. */
  readonly barrier: Barrier
  /** Kills the miner that dies for an epoch. */
  readonly kill: () => Promise<void>
  /** Starts it again, and ends when it serves. */
  readonly revive: () => Promise<void>
  /** Lets the validators end: all rounds are over, one block is left to seal. */
  readonly dismiss: () => Promise<void>
  /** Told after each round. */
  readonly onRound: (round: number, block: number) => void
  /** Told after the block of each epoch. */
  readonly onEpoch: (epoch: number, block: number) => Promise<void>
}

/**
 * Runs the epochs: a round of both validators on each block, then the next block. No clock has a part in it, so that a
 * slow machine gets the same chain.
 */
export async function conduct(options: ConductOptions): Promise<void> {
  const { epochs, firstBlock, localnet, barrier } = options
  for (let head = firstBlock; head < firstBlock + epochs * tempo; head = await localnet.mine()) {
    const round = head - firstBlock
    const epoch = epochOfRound(round)
    // On the block where permits appear there is no round: miners may not have seen them yet.
    await barrier.passed(head)
    if (round > 0) options.onRound(round, head)
    if (round > 0 && round % tempo === 0) await options.onEpoch(epoch - 1, head)
    if (epochOfRound(round + 1) !== epoch) await betweenEpochs(options, epoch)
  }
  await options.onEpoch(epochs, firstBlock + epochs * tempo)
}

/** What happens while everybody waits for the block of an epoch. */
async function betweenEpochs({ epochs, kill, revive, dismiss }: ConductOptions, epoch: number): Promise<void> {
  if (epoch === killedEpoch) await revive()
  if (epoch === epochs) await dismiss()
  else if (epoch + 1 === killedEpoch) await kill()
}

/** What an epoch gave each neuron: the chain's u16, index = uid. */
export const incentivesOf = (snapshot: MetagraphSnapshot): number[] => snapshot.neurons.map(({ incentive }) => incentive)
