import { U96F32 } from '../consensus/fixed-point.js'
import { type DividendClaim, dividendShares } from './dividend-shares.js'

/** What has gathered for an epoch, as drained from storage; rao. */
export interface PendingEmission {
  /** `PendingOwnerCut`. */
  readonly ownerCut: bigint
  /** `PendingServerEmission`. */
  readonly server: bigint
  /** `PendingValidatorEmission`. */
  readonly validator: bigint
  /** `PendingRootAlphaDivs`. */
  readonly root: bigint
}

/** A neuron as the distribution of incentive sees it. */
export interface MinerEmission {
  /** `EpochOutput.serverEmission`, rao. */
  readonly serverEmission: bigint
  /** Whether the subnet's owner holds the hotkey: its incentive is withheld. */
  readonly ownedBySubnetOwner: boolean
}

/** A hotkey that dividends go to: a validator, or the parent of one. */
export interface DividendEarner extends DividendClaim {
  /** `Delegates`: the hotkey's take, u16 fraction of 65535. */
  readonly take: number
}

/** What dividends a hotkey gets; rao. */
export interface DividendPayment {
  /** Stake for the hotkey's owner: the take from alpha dividends. */
  readonly alphaTake: bigint
  /** Stake for all that stake on the hotkey; `AlphaDividendsPerSubnet`. */
  readonly alphaDividends: bigint
  /** Stake for the hotkey's owner: the take from root dividends. */
  readonly rootTake: bigint
  /** For all that stake on the hotkey on root; `RootAlphaDividendsPerSubnet`, `RootClaimable`. */
  readonly rootDividends: bigint
}

/** How an epoch's alpha was given out. Amounts are rao and add up to what was pending. */
export interface EpochDistribution {
  /** To the owner's hotkey. */
  readonly ownerCut: bigint
  /** Stake for the owner of each miner's hotkey, or for its destination of auto-stake; 0 where withheld. */
  readonly incentives: readonly bigint[]
  /** To each earner of dividends, in order. */
  readonly dividends: readonly DividendPayment[]
  /** Incentive withheld from the owner's hotkeys, to be burned or recycled (`RecycleOrBurn`). */
  readonly withheld: bigint
  /** Part of all incentive that was withheld: U96F32 bits, `MinerBurned`. */
  readonly minerBurned: bigint
  /** What rounding left to nobody: it stays in `SubnetAlphaOut`. */
  readonly remainder: bigint
}

const U16_MAX = U96F32.fromInt(0xffff)

/** The alpha that an epoch divides among servers and validators: {@link EpochInput.emission}, rao. */
export function epochEmissionOf(pending: PendingEmission): bigint {
  return pending.server + pending.validator + pending.root
}

/**
 * Gives out what has gathered, after an epoch has said to whom. Where no incentive was earned, validators get the
 * servers' part too.
 *
 * Source: subtensor `distribute_emission`, `distribute_dividends_and_incentives`, spec 424; without leases and locks.
 */
export function distributeEpoch(options: {
  readonly pending: PendingEmission
  /** One for each uid. */
  readonly miners: readonly MinerEmission[]
  /** One for each hotkey. */
  readonly earners: readonly DividendEarner[]
  /** `TaoWeight`, a fraction of 2^64 − 1. */
  readonly taoWeight: bigint
}): EpochDistribution {
  const { pending, miners, earners, taoWeight } = options
  const incentive = sum(miners, (miner) => miner.serverEmission)
  const withheld = sum(miners, (miner) => (miner.ownedBySubnetOwner ? miner.serverEmission : 0n))
  const shares = dividendShares({
    claims: earners,
    pendingAlpha: incentive === 0n ? pending.validator + pending.server : pending.validator,
    pendingRoot: pending.root,
    taoWeight,
  })
  const dividends = earners.map((earner, i): DividendPayment => {
    const take = U96F32.safeDiv(U96F32.fromInt(earner.take), U16_MAX)
    const alpha = withTake(shares[i]?.alpha ?? 0n, take)
    const root = withTake(shares[i]?.root ?? 0n, take)
    return { alphaTake: alpha.take, alphaDividends: alpha.rest, rootTake: root.take, rootDividends: root.rest }
  })
  const paid = sum(dividends, (one) => one.alphaTake + one.alphaDividends + one.rootTake + one.rootDividends)
  return {
    ownerCut: pending.ownerCut,
    incentives: miners.map((miner) => (miner.ownedBySubnetOwner ? 0n : miner.serverEmission)),
    dividends,
    withheld,
    minerBurned: U96F32.safeDiv(U96F32.fromInt(withheld), U96F32.fromInt(incentive)),
    remainder: epochEmissionOf(pending) - incentive - paid,
  }
}

function withTake(dividend: bigint, take: bigint): { readonly take: bigint; readonly rest: bigint } {
  const taken = U96F32.mul(take, dividend)
  return { take: U96F32.toU64(taken), rest: U96F32.toU64(U96F32.sub(dividend, taken)) }
}

function sum<T>(items: readonly T[], amount: (item: T) => bigint): bigint {
  return items.reduce((total, item) => total + amount(item), 0n)
}
