import { U64F64 } from '../../../consensus/fixed-point.js'
import { defineCall } from '../../framework/call.js'
import { refTime } from '../../framework/weight.js'
import { i64f64, i96f32, u64f64 } from '../../types/fixed.js'
import { bool, netUid, taoBalance, u16, u64 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'
import { subtensorEvents } from '../subtensor/events.js'
import { setOwnerHotkey } from '../subtensor/set-owner-hotkey.js'
import { flows } from '../subtensor/storage/flows.js'
import { hyperparameters } from '../subtensor/storage/hyperparameters.js'
import { pools } from '../subtensor/storage/stake.js'
import { subnets } from '../subtensor/storage/subnets.js'
import { recycleOrBurn } from '../subtensor/types.js'
import { keep, keepOfSubnet, rootCall, subnetCall } from './admin-call.js'
import { adminErrors } from './rules.js'

const flowTime = refTime({ time: 7_343_000n, writes: 1 })

/** The subnet's owner or root names the hotkey that owns the subnet; its rate limit holds for both. */
const ownerHotkey = (index: number, time: bigint) =>
  defineCall({
    index,
    args: { netuid: netUid, hotkey: accountId },
    refTime: time,
    run: (context, origin, { netuid, hotkey }) => setOwnerHotkey({ context, origin, netuid }, hotkey),
  })

/** What governs emission, prices and who owns a subnet. */
export const emissionCalls = {
  sudo_set_subnet_owner_cut: rootCall({
    index: 28,
    args: { subnet_owner_cut: u16 },
    refTime: refTime({ time: 14_000_000n, writes: 1 }),
    set: keep('subnet_owner_cut', hyperparameters.SubnetOwnerCut, subtensorEvents.SubnetOwnerCutSet),
  }),
  /** What the chain has turned off: nobody may. */
  sudo_set_total_issuance: defineCall({
    index: 33,
    args: { total_issuance: taoBalance },
    refTime: refTime({ time: 5_931_000n }),
    run: () => adminErrors.fail('Deprecated'),
  }),
  sudo_set_toggle_transfer: subnetCall({
    index: 61,
    args: { toggle: bool },
    refTime: refTime({ time: 28_343_000n, reads: 4, writes: 1 }),
    by: 'TransferEnabled',
    set: keepOfSubnet('toggle', subnets.TransferToggle, subtensorEvents.TransferToggle),
  }),
  sudo_set_subnet_moving_alpha: rootCall({
    index: 63,
    args: { alpha: i96f32 },
    refTime: refTime({ time: 2_955_000n, writes: 1 }),
    set: ({ db }, { alpha }) => pools.SubnetMovingAlpha.set(db, alpha),
  }),
  sudo_set_ema_price_halving_period: subnetCall({
    index: 65,
    args: { ema_halving: u64 },
    refTime: refTime({ time: 4_198_000n, writes: 1 }),
    by: 'root',
    set: ({ db }, { netuid, ema_halving: blocks }) => hyperparameters.EMAPriceHalvingBlocks.set(db, netuid, blocks),
  }),
  sudo_set_subnet_owner_hotkey: ownerHotkey(64, refTime({ time: 3_918_000n, writes: 1 })),
  sudo_set_sn_owner_hotkey: ownerHotkey(67, refTime({ time: 25_687_000n, reads: 2, writes: 2 })),
  sudo_set_recycle_or_burn: subnetCall({
    index: 80,
    args: { recycle_or_burn: recycleOrBurn },
    refTime: refTime({ time: 20_000_000n, reads: 2, writes: 2 }),
    by: 'RecycleOrBurn',
    set: ({ db }, { netuid, recycle_or_burn: what }) => subnets.RecycleOrBurn.set(db, netuid, what),
  }),
  // Emission goes by price: what governs emission by flow of TAO is kept, and has no effect on the chain either.
  sudo_set_tao_flow_cutoff: rootCall({
    index: 81,
    args: { flow_cutoff: i64f64 },
    refTime: flowTime,
    set: ({ db }, { flow_cutoff: cutoff }) => flows.TaoFlowCutoff.set(db, cutoff),
  }),
  sudo_set_tao_flow_normalization_exponent: rootCall({
    index: 82,
    args: { exponent: u64f64 },
    refTime: flowTime,
    set: ({ db }, { exponent }) => {
      adminErrors.ensure(exponent.bits >= U64F64.one && exponent.bits <= U64F64.fromInt(2), 'InvalidValue')
      flows.FlowNormExponent.set(db, exponent)
    },
  }),
  sudo_set_tao_flow_smoothing_factor: rootCall({
    index: 83,
    args: { smoothing_factor: u64 },
    refTime: flowTime,
    set: ({ db }, { smoothing_factor: factor }) => flows.FlowEmaSmoothingFactor.set(db, factor),
  }),
  sudo_set_net_tao_flow_enabled: rootCall({
    index: 91,
    args: { enabled: bool },
    refTime: flowTime,
    set: ({ db }, { enabled }) => flows.NetTaoFlowEnabled.set(db, enabled),
  }),
  sudo_set_owner_cut_enabled: subnetCall({
    index: 92,
    args: { enabled: bool },
    refTime: refTime({ time: 25_000_000n, reads: 4, writes: 1 }),
    by: 'owner',
    subnet: 'not-root',
    class: 'Operational',
    set: ({ db }, { netuid, enabled }) => subnets.OwnerCutEnabled.set(db, netuid, enabled),
  }),
}
