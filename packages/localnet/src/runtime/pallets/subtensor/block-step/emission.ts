import { splitAlpha } from '../../../../coinbase/alpha-split.js'
import { weightAfterAdding } from '../../../../coinbase/balancer.js'
import { blockEmission } from '../../../../coinbase/block-emission.js'
import { type PoolInjection, poolInjection } from '../../../../coinbase/pool-injection.js'
import { rootProportion } from '../../../../coinbase/root-proportion.js'
import { rootSellFlag, subnetTaoEmissions } from '../../../../coinbase/subnet-shares.js'
import { I96F32, U64F64 } from '../../../../consensus/fixed-point.js'
import type { Storage } from '../../../../state/storage.js'
import type { RuntimeContext } from '../../../framework/context.js'
import type { StorageItem } from '../../../framework/storage-item.js'
import { mintAlpha } from '../../alpha-assets/alpha-assets.js'
import { issue, rescind, resolve } from '../../balances/accounts.js'
import { swap } from '../../swap/swap.js'
import { recordProtocolFlow } from '../flow.js'
import { alphaPrice, buyAlpha, isDynamic, reservesOf, simulateBuy } from '../pool.js'
import { recycleSubnetAlpha } from '../recycle-alpha.js'
import { flows } from '../storage/flows.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { pools } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'
import { subnetAccount } from '../subnet-account.js'
import { allNetuids } from '../subnets.js'
import { changeTaoIssuance } from '../tao.js'

const add = (db: Storage, item: StorageItem<[number], bigint, bigint>, netuid: number, amount: bigint): void =>
  item.set(db, netuid, item.get(db, netuid) + amount)

/** The subnets that take part in emission: started, open to stake and to registration. */
export const emittingSubnets = (db: Storage): number[] =>
  allNetuids(db).filter(
    (netuid) =>
      netuid !== 0 &&
      subnets.FirstEmissionBlockNumber.get(db, netuid) !== undefined &&
      subnets.SubtokenEnabled.get(db, netuid) &&
      subnets.NetworkRegistrationAllowed.get(db, netuid),
  )

/** The moving price of a subnet's alpha, U64F64 bits. */
export const movingPrice = (db: Storage, netuid: number): bigint =>
  isDynamic(db, netuid) ? U64F64.from(pools.SubnetMovingPrice.get(db, netuid).bits, I96F32) : U64F64.one

/** Root's share of a subnet, U96F32 bits. */
export const rootShare = (db: Storage, netuid: number): bigint =>
  rootProportion({
    rootTao: pools.SubnetTAO.get(db, 0),
    taoWeight: hyperparameters.TaoWeight.get(db),
    alphaIssuance: pools.SubnetAlphaIn.get(db, netuid) + pools.SubnetAlphaOut.get(db, netuid),
  })

/** A block's emission at an issuance. The chain remembers whichever it computed last. */
function emissionAt(db: Storage, issuance: bigint): bigint {
  const emission = blockEmission(issuance)
  if (pools.BlockEmission.get(db) !== emission) pools.BlockEmission.set(db, emission)
  return emission
}

/**
 * Makes the block's TAO.
 *
 * @returns What was made, in rao, and is nobody's yet.
 */
export function mintTao(context: RuntimeContext): bigint {
  const { db } = context
  const emission = issue(context, emissionAt(db, pools.TotalIssuance.get(db)))
  changeTaoIssuance(db, emission)
  return emission
}

interface Terms {
  readonly netuid: number
  readonly alphaEmission: bigint
  readonly injection: PoolInjection
}

/**
 * Gives the block's TAO and alpha to the subnets: what of the TAO is no subnet's is unmade again, and the alpha waits for
 * the subnets' epochs.
 *
 * Source: subtensor `run_coinbase`, `emit_to_subnets`, spec 425.
 */
export function emitToSubnets(context: RuntimeContext, taoEmission: bigint): void {
  const { db } = context
  flows.SubnetRootSellTao.removeAll(db)
  const emitting = emittingSubnets(db)
  const shares = emitting.map((netuid) => ({
    netuid,
    movingPrice: movingPrice(db, netuid),
    minerBurned: pools.MinerBurned.get(db, netuid).bits,
    emissionEnabled: subnets.SubnetEmissionEnabled.get(db, netuid),
  }))
  const emissions = subnetTaoEmissions(shares, taoEmission)
  const rootSell = rootSellFlag(shares.map((share) => share.movingPrice))
  // All terms are taken from the state before any subnet is given something.
  const terms = emitting.map((netuid): Terms => {
    const alphaEmission = emissionAt(db, pools.SubnetAlphaIn.get(db, netuid) + pools.SubnetAlphaOut.get(db, netuid))
    const price = alphaPrice(db, netuid)
    return {
      netuid,
      alphaEmission,
      injection: poolInjection({ taoEmission: emissions.get(netuid) ?? 0n, price, alphaEmission, rootProportion: rootShare(db, netuid) }),
    }
  })
  const spent = terms.reduce((sum, { netuid, injection }) => sum + inject(context, netuid, injection), 0n)
  const rest = taoEmission - spent
  rescind(context, rest)
  changeTaoIssuance(db, -rest)
  for (const term of terms) emitAlpha(db, term, rootSell)
}

/**
 * Adds TAO and alpha to a pool's reserves; the weights move so that the price stays. Where they would move too far,
 * nothing is added.
 *
 * @returns What is to be added.
 */
function balancePool(db: Storage, netuid: number, { taoIn, alphaIn }: PoolInjection): { readonly tao: bigint; readonly alpha: bigint } {
  const weight = weightAfterAdding(reservesOf(db, netuid), { tao: taoIn, alpha: alphaIn })
  if (weight === undefined) return { tao: 0n, alpha: 0n }
  swap.SwapBalancer.set(db, netuid, { quote: weight })
  return { tao: taoIn, alpha: alphaIn }
}

/**
 * Gives a subnet its TAO: beside alpha into the pool, as far as root's share allows; the rest buys alpha, which is nobody's.
 *
 * @returns What was spent, in rao.
 *
 * Source: subtensor `inject_and_maybe_swap`, spec 424.
 */
function inject(context: RuntimeContext, netuid: number, injection: PoolInjection): bigint {
  const { db } = context
  const { excessTao } = injection
  const added = balancePool(db, netuid, injection)
  pools.SubnetExcessTao.set(db, netuid, 0n)
  pools.SubnetTaoInEmission.set(db, netuid, 0n)
  if (excessTao > 0n) buyForNobody(context, netuid, excessTao)
  pools.SubnetAlphaInEmission.set(db, netuid, added.alpha)
  mintAlpha(db, netuid, added.alpha)
  add(db, pools.SubnetAlphaIn, netuid, added.alpha)
  if (added.tao > 0n) {
    resolve(context, subnetAccount(netuid), added.tao)
    pools.SubnetTaoInEmission.set(db, netuid, added.tao)
    add(db, pools.SubnetTAO, netuid, added.tao)
    pools.TotalStake.set(db, pools.TotalStake.get(db) + added.tao)
    recordProtocolFlow(db, netuid, added.tao)
  }
  return excessTao + added.tao
}

function buyForNobody(context: RuntimeContext, netuid: number, tao: bigint): void {
  const { db } = context
  resolve(context, subnetAccount(netuid), tao)
  if (!simulateBuy(db, tao, { netuid, withoutFee: true }).ok) return
  const { paidIn, paidOut } = buyAlpha(db, tao, { netuid, withoutFee: true })
  add(db, pools.SubnetProtocolAlpha, netuid, paidOut)
  pools.SubnetExcessTao.set(db, netuid, paidIn)
  recordProtocolFlow(db, netuid, paidIn)
}

function emitAlpha(db: Storage, { netuid, alphaEmission }: Terms, rootSell: boolean): void {
  pools.SubnetAlphaOutEmission.set(db, netuid, alphaEmission)
  mintAlpha(db, netuid, alphaEmission)
  add(db, pools.SubnetAlphaOut, netuid, alphaEmission)
  const split = splitAlpha({
    alphaEmission,
    ownerCut: subnets.OwnerCutEnabled.get(db, netuid) ? hyperparameters.SubnetOwnerCut.get(db) : undefined,
    rootProportion: rootShare(db, netuid),
    rootSell,
  })
  add(db, pools.PendingOwnerCut, netuid, split.ownerCut)
  add(db, pools.PendingServerEmission, netuid, split.server)
  add(db, pools.PendingValidatorEmission, netuid, split.validator)
  add(db, pools.PendingRootAlphaDivs, netuid, split.root)
  recycleSubnetAlpha(db, netuid, split.rootRecycled)
}
