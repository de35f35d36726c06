import { TensorKitError } from '@tensorkit/core'
import type { Subtensor } from '@tensorkit/subtensor'
import type { RegisteredNeuron, Role } from './roster.js'

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
  /** Of that, what is lost where a block's alpha is split, and where shares of 32 bits do not add up to 1. */
  readonly roundedAway: bigint
  /** What is lost where each neuron's part is cut to whole rao. */
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
 * Source: storage `SubtensorModule.{SubnetAlphaOutEmission, SubnetAlphaOut, Pending…, TotalHotkeyAlpha, Emission}`.
 */
export async function readLedger({ subtensor, netuid, neurons, epoch, after, block }: LedgerOptions): Promise<LedgerEntry> {
  const read = async (item: string, at: number) => (await readAt(subtensor, at, [{ item, keys: [netuid] }]))[0] as bigint
  const blocks = Array.from({ length: block - after }, (_, i) => after + 1 + i)
  const minted = sum(await Promise.all(blocks.map((at) => read('SubnetAlphaOutEmission', at))))

  // The last block adds to what is pending and pays it out at once: what it added is what the block before it added.
  const pendingReads = pendingItems.map((item) => ({ item, keys: [netuid] }))
  const [beforeLast, last] = await Promise.all([block - 2, block - 1].map((at) => readAt(subtensor, at, pendingReads)))
  const [ownerPot, minerPot, validatorPot, root] = pendingItems.map((_, i) => 2n * (last?.[i] ?? 0n) - (beforeLast?.[i] ?? 0n)) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ]

  const stakes = neurons.map(({ hotkey }) => ({ item: 'TotalHotkeyAlpha', keys: [hotkey, netuid] }))
  const [stakesBefore, stakesAfter] = await Promise.all([block - 1, block].map((at) => readAt(subtensor, at, stakes)))
  const paid = (role: Role) =>
    sum(neurons.map((neuron, i) => (neuron.role === role ? (stakesAfter?.[i] ?? 0n) - (stakesBefore?.[i] ?? 0n) : 0n)))

  // What leaves the supply again was burned or recycled.
  const issued = (await read('SubnetAlphaOut', block)) - (await read('SubnetAlphaOut', after))
  const withdrawn = minted - issued
  const emissions = await readEmissions(subtensor, netuid, block)
  const emissionOf = (role: Role) => neurons.filter((neuron) => neuron.role === role).map(({ uid }) => emissions[uid] ?? 0n)
  const lostInSplit = minted - (ownerPot + minerPot + validatorPot + root) - withdrawn
  const lostInShares =
    minerPot -
    incentiveByShares(emissionOf('miner'), minerPot + validatorPot + root) +
    validatorPot -
    dividendsByShares(emissionOf('validator'), validatorPot)
  const roundedAway = lostInSplit + lostInShares

  const [ownerCut, incentive, dividends] = [paid('owner'), paid('miner'), paid('validator')]
  const burned = withdrawn + roundedAway
  const remainder = minted - ownerCut - incentive - dividends - root - burned
  return { epoch, block, minted, ownerCut, incentive, dividends, root, burned, roundedAway, remainder }
}

/**
 * What the miners' shares of an epoch's alpha come to, before each part is cut to whole rao.
 *
 * A part is floor(share · total / 2^32) with a share of 32 bits. One bit is worth more than a rao here, so that the part
 * tells the share.
 *
 * Source: subtensor `epoch_mechanism`, its emission section.
 */
function incentiveByShares(parts: readonly bigint[], total: bigint): bigint {
  const shares = parts.map((part) => (part * one + total - 1n) / total)
  return (sum(shares) * total) / one
}

/**
 * What the validators' shares of their pot come to, before each part is cut to whole rao.
 *
 * Source: subtensor `calculate_dividend_distribution`: a share is floor(emission · 2^32 / sum of emissions).
 */
function dividendsByShares(emissions: readonly bigint[], pot: bigint): bigint {
  const total = sum(emissions)
  return total === 0n ? 0n : (sum(emissions.map((emission) => (emission * one) / total)) * pot) / one
}

/** 1 in 32 bits of fraction. */
const one = 1n << 32n

/** The most that rounding may take from a block's split and from a share: each loses less than a rao, or than a bit of it. */
const mostRounded = (neurons: number, blocks: number, minted: bigint): bigint =>
  BigInt(pendingItems.length * blocks) + (BigInt(neurons) * minted) / one

/** Whether the books balance: nothing is missing but what rounding explains. */
export function isBalanced(
  { minted, ownerCut, incentive, dividends, root, burned, roundedAway, remainder }: LedgerEntry,
  neurons: number,
  blocks: number,
): boolean {
  const isExplained = roundedAway >= 0n && roundedAway <= mostRounded(neurons, blocks, minted)
  const isWhole = ownerCut + incentive + dividends + root + burned + remainder === minted
  return minted > 0n && isWhole && isExplained && remainder >= 0n && remainder < BigInt(neurons)
}

async function readEmissions(subtensor: Subtensor, netuid: number, at: number): Promise<readonly bigint[]> {
  const { values } = await subtensor.readStorage({ at, reads: [{ pallet: 'SubtensorModule', item: 'Emission', keys: [netuid] }] })
  if (Array.isArray(values[0]) && values[0].every((value) => typeof value === 'bigint')) return values[0]
  throw new TensorKitError('CHAIN_INCOMPATIBLE', 'The chain holds no list of emissions', { facts: { netuid } })
}

async function readAt(subtensor: Subtensor, at: number, reads: readonly { item: string; keys: (string | number)[] }[]): Promise<bigint[]> {
  const { values } = await subtensor.readStorage({ at, reads: reads.map((read) => ({ pallet: 'SubtensorModule', ...read })) })
  return values.map((value, i) => {
    if (typeof value === 'bigint') return value
    throw new TensorKitError('CHAIN_INCOMPATIBLE', 'A storage item holds no amount', { facts: { item: reads[i]?.item } })
  })
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)
