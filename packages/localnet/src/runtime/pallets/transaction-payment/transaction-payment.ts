import { defineEvents } from '../../framework/events.js'
import { constant, definePallet } from '../../framework/pallet.js'
import { defineStorage, value } from '../../framework/storage-item.js'
import { enumeration, newtype, option, struct, type VariantSpec } from '../../types/compounds.js'
import { u8, u64, u128 } from '../../types/primitives.js'
import { accountId, dispatchClass, weight } from '../../types/well-known.js'

const eventSpecs = {
  TransactionFeePaid: [0, { who: accountId, actual_fee: u64, tip: u64 }],
} as const satisfies Record<string, VariantSpec>

export const transactionPaymentEvents = defineEvents('TransactionPayment', eventSpecs)

const one = 10n ** 18n

/** Fees. The multiplier is constant on this chain. */
export const transactionPaymentPallet = definePallet({
  name: 'TransactionPayment',
  index: 6,
  path: 'pallet_transaction_payment::pallet',
  storage: defineStorage('TransactionPayment', {
    NextFeeMultiplier: value(newtype('sp_arithmetic::fixed_point::FixedU128', u128), one),
    StorageVersion: value(enumeration('pallet_transaction_payment::Releases', { V1Ancient: [0], V2: [1] }), {
      type: 'V1Ancient',
      value: undefined,
    }),
  }),
  events: eventSpecs,
  constants: { OperationalFeeMultiplier: constant(u8, 5) },
})

export const runtimeDispatchInfo = struct(
  'pallet_transaction_payment::types::RuntimeDispatchInfo',
  { weight, class: dispatchClass, partial_fee: u64 },
  [
    { name: 'Balance', ty: u64 },
    { name: 'Weight', ty: weight },
  ],
)

const inclusionFee = struct('pallet_transaction_payment::types::InclusionFee', { base_fee: u64, len_fee: u64, adjusted_weight_fee: u64 }, [
  { name: 'Balance', ty: u64 },
])

export const feeDetails = struct('pallet_transaction_payment::types::FeeDetails', { inclusion_fee: option(inclusionFee), tip: u64 }, [
  { name: 'Balance', ty: u64 },
])
