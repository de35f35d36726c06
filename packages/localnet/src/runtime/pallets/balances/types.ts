import { boundedVec, enumeration, fixedHex, newtype, struct, type VariantSpec, vec } from '../../types/compounds.js'
import { u64 } from '../../types/primitives.js'
import type { Ty } from '../../types/ty.js'

/** Where an amount is that was moved between accounts. */
export const balanceStatus = enumeration('frame_support::traits::tokens::misc::BalanceStatus', { Free: [0], Reserved: [1] })

/** Which way `force_adjust_total_issuance` goes. */
export const adjustmentDirection = enumeration('pallet_balances::types::AdjustmentDirection', { Increase: [0], Decrease: [1] })

const balance = { name: 'Balance', ty: u64 }
const reasons = enumeration('pallet_balances::types::Reasons', { Fee: [0], Misc: [1], All: [2] })
const balanceLock = struct('pallet_balances::types::BalanceLock', { id: fixedHex(8), amount: u64, reasons }, [balance])
const reserveData = struct('pallet_balances::types::ReserveData', { id: fixedHex(8), amount: u64 }, [
  { name: 'ReserveIdentifier', ty: fixedHex(8) },
  balance,
])
const holdReason = (pallet: string, ...names: string[]) =>
  enumeration(`pallet_${pallet}::pallet::HoldReason`, Object.fromEntries(names.map((name, index) => [name, [index] as const])))
export const runtimeHoldReason = enumeration('node_subtensor_runtime::RuntimeHoldReason', {
  Preimage: [14, holdReason('preimage', 'Preimage')],
  SafeMode: [20, holdReason('safe_mode', 'EnterOrExtend')],
  Contracts: [29, holdReason('contracts', 'CodeUploadDepositReserve', 'StorageDepositReserve')],
})
export const runtimeFreezeReason = enumeration('node_subtensor_runtime::RuntimeFreezeReason', {} as Record<string, VariantSpec>)
const idAmount = <T>(id: Ty<T>) =>
  struct('frame_support::traits::tokens::misc::IdAmount', { id, amount: u64 }, [{ name: 'Id', ty: id }, balance])

/** What is locked of an account: nothing ever, for no pallet of the model locks TAO. */
export const locks = newtype('bounded_collections::weak_bounded_vec::WeakBoundedVec', vec(balanceLock), [
  { name: 'T', ty: balanceLock },
  { name: 'S' },
])
/** What is reserved by name: nothing ever. */
export const reserves = boundedVec(reserveData, 50)
/** What is held: nothing ever, for the pallets that hold are not modelled. */
export const holds = boundedVec(idAmount(runtimeHoldReason), 4)
/** What is frozen: nothing ever. */
export const freezes = boundedVec(idAmount(runtimeFreezeReason), 50)
