import { minOf } from '../../../../consensus/min-max.js'
import { defineCall } from '../../../framework/call.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { alphaBalance, bool, netUid, taoBalance } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { ensure, failWith } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { becomeDelegate, hotkeyExists, owns } from '../hotkeys.js'
import { mostToMove } from '../most-to-move.js'
import { simulateSell } from '../pool.js'
import { type StakeKey, stakeOf } from '../stake-pool.js'
import { MIN_STAKE, moveWithinSubnet, stakeInto, unstakeFrom } from '../staking.js'
import { subnets } from '../storage/subnets.js'
import { subnetExists } from '../subnets.js'
import { transferTao } from '../tao.js'
import type { PriceLimit } from './add-stake.js'

interface Move {
  readonly from: StakeKey
  readonly to: StakeKey
  /** In alpha's rao. */
  readonly alpha: bigint
  readonly limit?: PriceLimit
  /** Whether the subnets' owners may forbid it. */
  readonly isTransfer?: boolean
}

/** Source: subtensor `validate_stake_transition`, spec 424; nothing is locked. */
function check({ db }: RuntimeContext, { from, to, alpha, limit, isTransfer }: Move, most: bigint): void {
  const crosses = from.netuid !== to.netuid
  ensure(crosses || from.coldkey !== to.coldkey || from.hotkey !== to.hotkey, 'SameNetuid')
  ensure(subnetExists(db, from.netuid) && subnetExists(db, to.netuid), 'SubnetNotExists')
  ensure(subnets.SubtokenEnabled.get(db, from.netuid) && subnets.SubtokenEnabled.get(db, to.netuid), 'SubtokenDisabled')
  ensure(hotkeyExists(db, from.hotkey) && hotkeyExists(db, to.hotkey), 'HotKeyAccountNotExists')
  if (crosses) {
    const result = simulateSell(db, alpha, { netuid: from.netuid })
    const { paidOut } = result.ok ? result.swap : failWith('InsufficientLiquidity')
    ensure(paidOut > MIN_STAKE, 'AmountTooLow')
    ensure(limit === undefined || limit.allowPartial || alpha <= most, 'SlippageTooHigh')
  }
  if (!isTransfer) return
  ensure(subnets.TransferToggle.get(db, from.netuid) && subnets.TransferToggle.get(db, to.netuid), 'TransferDisallowed')
}

/**
 * Moves stake to another hotkey, coldkey or subnet. Between subnets the alpha is sold and the TAO staked again, for one
 * fee; what is too little to stake stays with the coldkey that sold it, or is sent to.
 *
 * @returns What was moved, in rao of TAO.
 *
 * Source: subtensor `transition_stake_internal`, spec 424.
 */
function moveStakeTo(context: RuntimeContext, wanted: Move): bigint {
  const { db } = context
  const { from, to, limit } = wanted
  const alpha = minOf(wanted.alpha, stakeOf(db, from))
  const crosses = from.netuid !== to.netuid
  const most = crosses && limit ? mostToMove(db, from.netuid, to.netuid, limit.limitPrice) : alpha
  check(context, { ...wanted, alpha }, most)
  const moved = minOf(alpha, most)
  if (!crosses) return moveWithinSubnet(context, { from, to }, moved)
  const fromRoot = from.netuid === 0
  const tao = unstakeFrom(context, from, moved, { withoutFee: fromRoot })
  if (from.coldkey !== to.coldkey) transferTao(context, from.coldkey, to.coldkey, tao)
  if (tao >= MIN_STAKE) {
    if (!owns(db, to.coldkey, to.hotkey)) becomeDelegate(db, to.hotkey)
    stakeInto(context, to, tao, { withoutFee: !fromRoot })
  }
  return tao
}

/** Moves stake to another hotkey, of the same subnet or of another. */
export const moveStake = defineCall({
  index: 85,
  args: {
    origin_hotkey: accountId,
    destination_hotkey: accountId,
    origin_netuid: netUid,
    destination_netuid: netUid,
    alpha_amount: alphaBalance,
  },
  refTime: refTime({ time: 216_061_000n, reads: 19, writes: 7 }),
  run: (context, origin, { origin_hotkey, destination_hotkey, origin_netuid, destination_netuid, alpha_amount: alpha }) => {
    const coldkey = ensureSigned(origin)
    const tao = moveStakeTo(context, {
      from: { hotkey: origin_hotkey, coldkey, netuid: origin_netuid },
      to: { hotkey: destination_hotkey, coldkey, netuid: destination_netuid },
      alpha,
    })
    context.emit(subtensorEvents.StakeMoved([coldkey, origin_hotkey, origin_netuid, destination_hotkey, destination_netuid, tao]))
  },
})

/** Gives stake to another coldkey, where the subnets' owners allow it. */
export const transferStake = defineCall({
  index: 86,
  args: {
    destination_coldkey: accountId,
    hotkey: accountId,
    origin_netuid: netUid,
    destination_netuid: netUid,
    alpha_amount: alphaBalance,
  },
  refTime: refTime({ time: 258_541_000n, reads: 19, writes: 6 }),
  run: (context, origin, { destination_coldkey, hotkey, origin_netuid, destination_netuid, alpha_amount: alpha }) => {
    const coldkey = ensureSigned(origin)
    const tao = moveStakeTo(context, {
      from: { hotkey, coldkey, netuid: origin_netuid },
      to: { hotkey, coldkey: destination_coldkey, netuid: destination_netuid },
      alpha,
      isTransfer: true,
    })
    context.emit(subtensorEvents.StakeTransferred([coldkey, destination_coldkey, hotkey, origin_netuid, destination_netuid, tao]))
  },
})

interface Swap {
  readonly hotkey: string
  readonly origin_netuid: number
  readonly destination_netuid: number
  readonly alpha_amount: bigint
}

function swapTo(context: RuntimeContext, coldkey: string, swap: Swap, limit?: PriceLimit): void {
  const { hotkey, origin_netuid, destination_netuid, alpha_amount: alpha } = swap
  const tao = moveStakeTo(context, {
    from: { hotkey, coldkey, netuid: origin_netuid },
    to: { hotkey, coldkey, netuid: destination_netuid },
    alpha,
    ...(limit && { limit }),
  })
  context.emit(subtensorEvents.StakeSwapped([coldkey, hotkey, origin_netuid, destination_netuid, tao]))
}

/** Moves stake to the same hotkey on another subnet. */
export const swapStake = defineCall({
  index: 87,
  args: { hotkey: accountId, origin_netuid: netUid, destination_netuid: netUid, alpha_amount: alphaBalance },
  refTime: refTime({ time: 742_019_000n, reads: 47, writes: 24 }),
  run: (context, origin, swap) => swapTo(context, ensureSigned(origin), swap),
})

/** The same, while the origin's price over the destination's is no less than a limit, in billionths: all, or as much as goes. */
export const swapStakeLimit = defineCall({
  index: 90,
  args: {
    hotkey: accountId,
    origin_netuid: netUid,
    destination_netuid: netUid,
    alpha_amount: alphaBalance,
    limit_price: taoBalance,
    allow_partial: bool,
  },
  refTime: refTime({ time: 944_515_000n, reads: 47, writes: 24 }),
  run: (context, origin, { limit_price: limitPrice, allow_partial: allowPartial, ...swap }) =>
    swapTo(context, ensureSigned(origin), swap, { limitPrice, allowPartial }),
})
