import type { ReadContext } from '../../../framework/context.js'
import { enumeration, struct, vec } from '../../../types/compounds.js'
import { i32f32, u64f64 } from '../../../types/fixed.js'
import { bool, bytes, compactU16, compactU32, compactU64, compactU128 } from '../../../types/primitives.js'
import type { TypeOf } from '../../../types/ty.js'
import { children } from '../storage/children.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { locks } from '../storage/locks.js'
import { subnets } from '../storage/subnets.js'
import { hyperparameterColumnsV2 } from './subnet-hyperparams.js'

const path = 'pallet_subtensor::rpc_info::subnet_info'

const hyperparamValue = enumeration(`${path}::HyperparamValue`, {
  Bool: [0, bool],
  U16: [1, compactU16],
  U32: [2, compactU32],
  U64: [3, compactU64],
  U128: [4, compactU128],
  TaoBalance: [5, compactU64],
  I32F32: [6, i32f32],
  U64F64: [7, u64f64],
})
type Value = TypeOf<typeof hyperparamValue>

/** Hyperparameters by name: what comes with a later runtime is one more entry. */
export const hyperparameterList = vec(struct(`${path}::HyperparamEntry`, { name: bytes, value: hyperparamValue }))

const is = (value: boolean): Value => ({ type: 'Bool', value })
const u16 = (value: number): Value => ({ type: 'U16', value })
const u64 = (value: bigint): Value => ({ type: 'U64', value })
const tao = (value: bigint): Value => ({ type: 'TaoBalance', value })

/** A subnet's hyperparameters as a list, in the chain's order. */
export function readHyperparameterList(context: ReadContext, netuid: number): TypeOf<typeof hyperparameterList> {
  const { db } = context
  const common = hyperparameterColumnsV2(context, netuid)
  const childTake = Math.max(children.MinChildkeyTake.get(db), children.MinChildkeyTakePerSubnet.get(db, netuid))
  const entries: readonly (readonly [string, Value])[] = [
    ['kappa', u16(common.kappa())],
    ['immunity_period', u16(common.immunity_period())],
    ['min_allowed_weights', u16(common.min_allowed_weights())],
    ['max_weights_limit', u16(common.max_weights_limit())],
    ['tempo', u16(common.tempo())],
    ['weights_version', u64(common.weights_version())],
    ['weights_rate_limit', u64(common.weights_rate_limit())],
    ['activity_cutoff', u64(common.activity_cutoff())],
    ['activity_cutoff_factor', { type: 'U32', value: hyperparameters.ActivityCutoffFactorMilli.get(db, netuid) }],
    ['registration_allowed', is(common.registration_allowed())],
    ['target_regs_per_interval', u16(common.target_regs_per_interval())],
    ['min_burn', tao(common.min_burn())],
    ['max_burn', tao(common.max_burn())],
    ['burn_half_life', u16(subnets.BurnHalfLife.get(db, netuid))],
    ['burn_increase_mult', { type: 'U64F64', value: subnets.BurnIncreaseMult.get(db, netuid) }],
    ['bonds_moving_avg', u64(common.bonds_moving_avg())],
    ['max_regs_per_block', u16(common.max_regs_per_block())],
    ['serving_rate_limit', u64(common.serving_rate_limit())],
    ['max_validators', u16(common.max_validators())],
    ['commit_reveal_period', u64(common.commit_reveal_period())],
    ['commit_reveal_weights_enabled', is(common.commit_reveal_weights_enabled())],
    ['alpha_high', u16(common.alpha_high())],
    ['alpha_low', u16(common.alpha_low())],
    ['liquid_alpha_enabled', is(common.liquid_alpha_enabled())],
    ['alpha_sigmoid_steepness', { type: 'I32F32', value: common.alpha_sigmoid_steepness() }],
    ['yuma_version', u16(common.yuma_version())],
    ['subnet_is_active', is(common.subnet_is_active())],
    ['transfers_enabled', is(common.transfers_enabled())],
    ['bonds_reset_enabled', is(common.bonds_reset_enabled())],
    ['user_liquidity_enabled', is(common.user_liquidity_enabled())],
    ['owner_cut_enabled', is(subnets.OwnerCutEnabled.get(db, netuid))],
    ['owner_cut_auto_lock_enabled', is(locks.OwnerCutAutoLockEnabled.get(db, netuid))],
    ['min_childkey_take', u16(childTake)],
  ]
  const text = new TextEncoder()
  return entries.map(([name, value]) => ({ name: text.encode(name), value }))
}
