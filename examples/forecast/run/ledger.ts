import { TensorKitError } from '@tensorkit/core'
import type { Subtensor } from '@tensorkit/subtensor'
import type { RegisteredNeuron } from './roster.js'

/** Where the alpha of one epoch went, in rao. `minted` is the sum of all other amounts. */
export interface LedgerEntry {
  readonly epoch: number
  /** The block of the epoch. */
  readonly block: number
  /** What the blocks since the epoch before have minted. */
  readonly minted: bigint
  /** What the owner's hotkey got. */
  readonly ownerCut: bigint
  /** What the miners' hotkeys got. */
  readonly incentive: bigint
  /** What the validators' hotkeys got. */
  readonly dividends: bigint
  /** What was set aside for those who stake on the root network. */
  readonly root: bigint
  /** What nobody will ever hold: `roundedAway`, and what the chain burns or recycles. */
  readonly burned: bigint
  /** Of that, what each block's split into owner, miners, validators and root rounds away. */
  readonly roundedAway: bigint
  /** What the epoch's distribution rounds away: less than one rao a neuron. */
  readonly remainder: bigint
}

/** What {@link readLedger} reads. */
export interface LedgerOptions {
  readonly subtensor: Subtensor
  readonly netuid: number
  readonly neurons: readonly RegisteredNeuron[]
  readonly epoch: number
  /** The block of the epoch before. */
  readonly after: number
  /** The block of the epoch. */
  readonly block: number
}

const pendingItems = ['PendingOwnerCut', 'PendingServerEmission', 'PendingValidatorEmission', 'PendingRootAlphaDivs'] as const

/**
 * Follows an epoch's alpha from both ends: what the blocks minted and set aside, and by how much each stake grew. Only if
 * nobody moves stake meanwhile, as here.
 *
 * Source: storage `SubtensorModule.{SubnetAlphaOutEmission, SubnetAlphaOut, Pending…, TotalHotkeyAlpha}`.
 */
export async function readLedger({ subtensor, netuid, neurons, epoch, after, block }: LedgerOptions): Promise<LedgerEntry> {
  const read = async (item: string, at: number) => (await readAt(subtensor, at, [{ item, keys: [netuid] }]))[0] as bigint
  const blocks = Array.from({ length: block - after }, (_, i) => after + 1 + i)
  const minted = sum(await Promise.all(blocks.map((at) => read('SubnetAlphaOutEmission', at))))

  // The last block adds to what is pending and pays it out at once: what it added is what the block before it added.
  const pendingReads = pendingItems.map((item) => ({ item, keys: [netuid] }))
  const [beforeLast, last] = await Promise.all([block - 2, block - 1].map((at) => readAt(subtensor, at, pendingReads)))
  const setAside = pendingItems.map((_, i) => 2n * (last?.[i] ?? 0n) - (beforeLast?.[i] ?? 0n))
  const root = setAside[3] ?? 0n

  const stakes = neurons.map(({ hotkey }) => ({ item: 'TotalHotkeyAlpha', keys: [hotkey, netuid] }))
  const [stakesBefore, stakesAfter] = await Promise.all([block - 1, block].map((at) => readAt(subtensor, at, stakes)))
  const paid = (role: RegisteredNeuron['role']) =>
    sum(neurons.map((neuron, i) => (neuron.role === role ? (stakesAfter?.[i] ?? 0n) - (stakesBefore?.[i] ?? 0n) : 0n)))
  const [ownerCut, incentive, dividends] = [paid('owner'), paid('miner'), paid('validator')]

  // What leaves the supply again was burned or recycled.
  const issued = (await read('SubnetAlphaOut', block)) - (await read('SubnetAlphaOut', after))
  const withdrawn = minted - issued
  const roundedAway = minted - sum(setAside) - withdrawn
  const burned = withdrawn + roundedAway
  const remainder = minted - ownerCut - incentive - dividends - root - burned
  return { epoch, block, minted, ownerCut, incentive, dividends, root, burned, roundedAway, remainder }
}

/** Whether the books balance: nothing is missing but what the distribution to each neuron rounded away. */
export function isBalanced({ minted, roundedAway, remainder }: LedgerEntry, neurons: number, blocks: number): boolean {
  return minted > 0n && remainder >= 0n && remainder < BigInt(neurons) && roundedAway >= 0n && roundedAway <= BigInt(pendingItems.length * blocks)
}

async function readAt(subtensor: Subtensor, at: number, reads: readonly { item: string; keys: (string | number)[] }[]): Promise<bigint[]> {
  const { values } = await subtensor.readStorage({ at, reads: reads.map((read) => ({ pallet: 'SubtensorModule', ...read })) })
  return values.map((value, i) => {
    if (typeof value === 'bigint') return value
    throw new TensorKitError('CHAIN_INCOMPATIBLE', 'A storage item holds no amount', { facts: { item: reads[i]?.item } })
  })
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)
