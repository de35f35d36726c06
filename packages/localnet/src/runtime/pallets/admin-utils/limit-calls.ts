import { refTime } from '../../framework/weight.js'
import { taoBalance, u16, u32, u64 } from '../../types/primitives.js'
import { subtensorEvents } from '../subtensor/events.js'
import { clearSmallNominations } from '../subtensor/stake-checks.js'
import { children } from '../subtensor/storage/children.js'
import { hyperparameters } from '../subtensor/storage/hyperparameters.js'
import { keySwaps } from '../subtensor/storage/key-swaps.js'
import { legacy } from '../subtensor/storage/legacy.js'
import { limits } from '../subtensor/storage/limits.js'
import { stake } from '../subtensor/storage/stake.js'
import { subnets } from '../subtensor/storage/subnets.js'
import { keep, keepOfSubnet, rootCall, subnetCall } from './admin-call.js'
import { adminErrors } from './rules.js'

const oneWrite = (time: bigint): bigint => refTime({ time, writes: 1 })

/** Rate limits, bounds of takes, and what registration costs and allows. */
export const limitCalls = {
  sudo_set_default_take: rootCall({
    index: 1,
    args: { default_take: u16 },
    refTime: oneWrite(5_400_000n),
    set: keep('default_take', stake.MaxDelegateTake, subtensorEvents.MaxDelegateTakeSet),
  }),
  sudo_set_tx_rate_limit: rootCall({
    index: 2,
    args: { tx_rate_limit: u64 },
    refTime: oneWrite(5_440_000n),
    set: keep('tx_rate_limit', limits.TxRateLimit, subtensorEvents.TxRateLimitSet),
  }),
  sudo_set_target_registrations_per_interval: subnetCall({
    index: 21,
    args: { target_registrations_per_interval: u16 },
    refTime: refTime({ time: 34_103_000n, reads: 5, writes: 1 }),
    by: 'root-in-window',
    subnet: 'exists',
    set: keepOfSubnet(
      'target_registrations_per_interval',
      subnets.TargetRegistrationsPerInterval,
      subtensorEvents.RegistrationPerIntervalSet,
    ),
  }),
  sudo_set_max_registrations_per_block: subnetCall({
    index: 27,
    args: { max_registrations_per_block: u16 },
    refTime: refTime({ time: 34_604_000n, reads: 5, writes: 1 }),
    by: 'root-in-window',
    subnet: 'exists',
    set: keepOfSubnet('max_registrations_per_block', subnets.MaxRegistrationsPerBlock, subtensorEvents.MaxRegistrationsPerBlockSet),
  }),
  sudo_set_network_immunity_period: rootCall({
    index: 35,
    args: { immunity_period: u64 },
    refTime: oneWrite(14_000_000n),
    set: keep('immunity_period', subnets.NetworkImmunityPeriod, subtensorEvents.NetworkImmunityPeriodSet),
  }),
  sudo_set_lock_reduction_interval: rootCall({
    index: 38,
    args: { interval: u64 },
    refTime: oneWrite(14_000_000n),
    set: keep('interval', subnets.NetworkLockReductionInterval, subtensorEvents.NetworkLockCostReductionIntervalSet),
  }),
  sudo_set_rao_recycled: subnetCall({
    index: 39,
    args: { rao_recycled: taoBalance },
    refTime: refTime({ time: 16_541_000n, reads: 1, writes: 1 }),
    by: 'root',
    subnet: 'exists',
    set: keepOfSubnet('rao_recycled', subnets.RAORecycledForRegistration, subtensorEvents.RAORecycledForRegistrationSet),
  }),
  /** Where it rises, nominations that have become too small are unstaked at once. */
  sudo_set_nominator_min_required_stake: rootCall({
    index: 43,
    args: { min_stake: u64 },
    refTime: refTime({ time: 30_697_000n, reads: 5, writes: 1 }),
    set: (context, { min_stake: least }) => {
      const before = hyperparameters.NominatorMinRequiredStake.get(context.db)
      hyperparameters.NominatorMinRequiredStake.set(context.db, least)
      if (least > before) clearSmallNominations(context)
    },
  }),
  sudo_set_tx_delegate_take_rate_limit: rootCall({
    index: 45,
    args: { tx_rate_limit: u64 },
    refTime: oneWrite(5_420_000n),
    set: keep('tx_rate_limit', limits.TxDelegateTakeRateLimit, subtensorEvents.TxDelegateTakeRateLimitSet),
  }),
  sudo_set_min_delegate_take: rootCall({
    index: 46,
    args: { take: u16 },
    refTime: oneWrite(5_490_000n),
    set: keep('take', stake.MinDelegateTake, subtensorEvents.MinDelegateTakeSet),
  }),
  sudo_set_dissolve_network_schedule_duration: rootCall({
    index: 55,
    args: { duration: u32 },
    refTime: oneWrite(5_591_000n),
    set: keep('duration', legacy.DissolveNetworkScheduleDuration, subtensorEvents.DissolveNetworkScheduleDurationSet),
  }),
  sudo_set_ck_burn: rootCall({
    index: 73,
    args: { burn: u64 },
    refTime: refTime({ time: 15_650_000n, reads: 1, writes: 1 }),
    set: ({ db }, { burn }) => children.CKBurn.set(db, burn),
  }),
  sudo_set_start_call_delay: rootCall({
    index: 85,
    args: { delay: u64 },
    refTime: oneWrite(14_000_000n),
    set: keep('delay', subnets.StartCallDelay, subtensorEvents.StartCallDelaySet),
  }),
  sudo_set_coldkey_swap_announcement_delay: rootCall({
    index: 86,
    args: { duration: u32 },
    refTime: oneWrite(5_370_000n),
    set: keep('duration', keySwaps.ColdkeySwapAnnouncementDelay, subtensorEvents.ColdkeySwapAnnouncementDelaySet),
  }),
  sudo_set_coldkey_swap_reannouncement_delay: rootCall({
    index: 87,
    args: { duration: u32 },
    refTime: oneWrite(5_360_000n),
    set: keep('duration', keySwaps.ColdkeySwapReannouncementDelay, subtensorEvents.ColdkeySwapReannouncementDelaySet),
  }),
  sudo_set_min_childkey_take_per_subnet: subnetCall({
    index: 93,
    args: { take: u16 },
    refTime: refTime({ time: 38_100_000n, reads: 7, writes: 1 }),
    by: 'MinChildkeyTake',
    subnet: 'exists',
    set: (context, { netuid, take }) => {
      const { db } = context
      adminErrors.ensure(take >= children.MinChildkeyTake.get(db) && take <= children.MaxChildkeyTake.get(db), 'InvalidValue')
      children.MinChildkeyTakePerSubnet.set(db, netuid, take)
      context.emit(subtensorEvents.MinChildKeyTakePerSubnetSet([netuid, take]))
    },
  }),
}
