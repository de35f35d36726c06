import type { OuterReferences } from '../framework/outer-types.js'
import { enumeration, fixedHex, newtype, option, struct, tuple } from '../types/compounds.js'
import { era } from '../types/era.js'
import { bytes, compactU32, compactU64, u32, unit } from '../types/primitives.js'
import type { AnyTy, Ty } from '../types/ty.js'
import { emptyStruct, h256, multiAddress, multiSignature } from '../types/well-known.js'

/** `Runtime` itself, which some types have as a parameter. */
export const runtimeType = struct('node_subtensor_runtime::Runtime', {})

const ofRuntime = { name: 'T', ty: runtimeType }

const mode = enumeration('frame_metadata_hash_extension::Mode', { Disabled: [0], Enabled: [1] })
const payment = newtype('pallet_transaction_payment::ChargeTransactionPayment', compactU64, [{ name: 'T' }])

/** The types of each transaction extension: what the extrinsic carries, and what is signed besides. */
export const extensionTypes = {
  CheckNonZeroSender: { extra: emptyStruct('frame_system::extensions::check_non_zero_sender::CheckNonZeroSender'), implicit: unit },
  CheckSpecVersion: { extra: emptyStruct('frame_system::extensions::check_spec_version::CheckSpecVersion'), implicit: u32 },
  CheckTxVersion: { extra: emptyStruct('frame_system::extensions::check_tx_version::CheckTxVersion'), implicit: u32 },
  CheckGenesis: { extra: emptyStruct('frame_system::extensions::check_genesis::CheckGenesis'), implicit: h256 },
  CheckMortality: { extra: newtype('node_subtensor_runtime::check_mortality::CheckMortality', era, [{ name: 'T' }]), implicit: h256 },
  CheckNonce: { extra: newtype('node_subtensor_runtime::check_nonce::CheckNonce', compactU32, [{ name: 'T' }]), implicit: unit },
  CheckWeight: { extra: emptyStruct('frame_system::extensions::check_weight::CheckWeight'), implicit: unit },
  ChargeTransactionPayment: { extra: payment, implicit: unit },
  SudoTransactionExtension: {
    extra: emptyStruct('node_subtensor_runtime::sudo_wrapper::SudoTransactionExtension', ofRuntime),
    implicit: unit,
  },
  CheckShieldedTxValidity: { extra: emptyStruct('pallet_shield::extension::CheckShieldedTxValidity', ofRuntime), implicit: unit },
  SubtensorTransactionExtension: {
    extra: emptyStruct('pallet_subtensor::extensions::subtensor::SubtensorTransactionExtension', ofRuntime),
    implicit: unit,
  },
  DrandPriority: { extra: emptyStruct('pallet_drand::drand_priority::DrandPriority', ofRuntime), implicit: unit },
  CheckMetadataHash: {
    extra: struct('frame_metadata_hash_extension::CheckMetadataHash', { mode }, [{ name: 'T' }]),
    implicit: option(fixedHex(32)),
  },
} as const satisfies Record<string, { readonly extra: AnyTy; readonly implicit: AnyTy }>

/** The wrapper that lets a proxied account pay; in metadata it shows as what it wraps, but not within the extrinsic's type. */
const paymentWrapper = struct('node_subtensor_runtime::transaction_payment_wrapper::ChargeTransactionPaymentWrapper', { inner: payment }, [
  { name: 'T' },
])

const x = extensionTypes
const extra = tuple(
  tuple(
    x.CheckNonZeroSender.extra,
    x.CheckSpecVersion.extra,
    x.CheckTxVersion.extra,
    x.CheckGenesis.extra,
    x.CheckMortality.extra,
    x.CheckNonce.extra,
    x.CheckWeight.extra,
  ),
  tuple(
    paymentWrapper,
    x.SudoTransactionExtension.extra,
    x.CheckShieldedTxValidity.extra,
    x.SubtensorTransactionExtension.extra,
    x.DrandPriority.extra,
  ),
  x.CheckMetadataHash.extra,
)

/** Builds the extrinsic's type over the runtime's call. */
export function extrinsicType(outer: OuterReferences): { extrinsic: Ty<Uint8Array>; extra: typeof extra } {
  const params = [
    { name: 'Address', ty: multiAddress },
    { name: 'Call', ty: outer.call },
    { name: 'Signature', ty: multiSignature },
  ]
  const generic = newtype('sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic', bytes, [...params, { name: 'Extra', ty: extra }])
  const extrinsic = newtype('fp_self_contained::unchecked_extrinsic::UncheckedExtrinsic', generic, [
    ...params,
    { name: 'Extension', ty: extra },
  ])
  return { extrinsic, extra }
}
