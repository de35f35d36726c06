import { decodeExtrinsic } from '../executive/decode-extrinsic.js'
import type { Executive } from '../executive/executive.js'
import type { DispatchInfo, RuntimeCall } from '../framework/call.js'
import { refusedMethod } from '../framework/refused-method.js'
import { apiMethod, type RuntimeApi } from '../framework/runtime-api.js'
import { isMetadataVersion, type MetadataVersion, metadataVersions } from '../metadata/versions.js'
import { versionValue } from '../pallets/system/limits.js'
import { system } from '../pallets/system/storage.js'
import { inclusionFee, lengthToFee, totalFee, weightToFee } from '../pallets/transaction-payment/fees.js'
import { feeDetails, runtimeDispatchInfo } from '../pallets/transaction-payment/transaction-payment.js'
import type { RuntimeVersion } from '../runtime.js'
import { blockOf, extrinsicInclusionMode, header } from '../types/block.js'
import { option, vec } from '../types/compounds.js'
import { u32, u64, unit } from '../types/primitives.js'
import type { Ty, TypeOf } from '../types/ty.js'
import { accountId, opaqueMetadata, runtimeVersion, weight } from '../types/well-known.js'

/** What the APIs of the node need from the runtime. */
export interface NodeApiParts {
  readonly version: () => RuntimeVersion
  readonly metadata: (version: MetadataVersion) => Uint8Array
  /** The extrinsic, as its bytes without length prefix. */
  readonly extrinsic: Ty<Uint8Array>
  readonly call: Ty<RuntimeCall>
  readonly executive: () => Executive
}

const execution = 'Execution of blocks from outside'

const dispatchInfo = (info: DispatchInfo, lengthBytes: number): TypeOf<typeof runtimeDispatchInfo> => ({
  weight: { ref_time: info.refTime, proof_size: 0n },
  class: { type: info.class, value: undefined },
  partial_fee: totalFee(info, lengthBytes),
})

/** Core, Metadata, AccountNonceApi and TransactionPaymentApi: what every Substrate client calls. */
export function nodeApis({ version, metadata, extrinsic, call: outerCall, executive }: NodeApiParts): RuntimeApi[] {
  const core: RuntimeApi = {
    name: 'Core',
    version: 5,
    methods: {
      version: apiMethod({}, runtimeVersion, () => versionValue(version())),
      execute_block: refusedMethod({ block: blockOf(extrinsic) }, unit, execution),
      initialize_block: refusedMethod({ header }, extrinsicInclusionMode, execution),
    },
  }
  const metadataApi: RuntimeApi = {
    name: 'Metadata',
    version: 2,
    methods: {
      metadata: apiMethod({}, opaqueMetadata, () => metadata(14)),
      metadata_at_version: apiMethod({ version: u32 }, option(opaqueMetadata), (_context, args) =>
        isMetadataVersion(args.version) ? metadata(args.version) : undefined,
      ),
      metadata_versions: apiMethod({}, vec(u32), () => [...metadataVersions]),
    },
  }
  const accountNonce: RuntimeApi = {
    name: 'AccountNonceApi',
    version: 1,
    methods: { account_nonce: apiMethod({ account: accountId }, u32, ({ db }, { account }) => system.Account.get(db, account).nonce) },
  }
  const queries = {
    query_weight_to_fee: apiMethod({ weight }, u64, (_context, args) => weightToFee(args.weight.ref_time)),
    query_length_to_fee: apiMethod({ length: u32 }, u64, (_context, { length }) => lengthToFee(length)),
  }
  const uxt = { uxt: extrinsic, len: u32 }
  const decoded = (bytes: Uint8Array) => {
    const parts = executive()
    const transaction = decodeExtrinsic(parts.parts.call, extrinsic.codec.enc(bytes))
    // state_call traps on bytes that are no extrinsic.
    if (!transaction) throw new RangeError('not an extrinsic of this runtime')
    return { transaction, info: parts.info(transaction.call) }
  }
  const payment: RuntimeApi = {
    name: 'TransactionPaymentApi',
    version: 4,
    methods: {
      query_info: apiMethod(uxt, runtimeDispatchInfo, (_context, { uxt: bytes, len }) => {
        const { transaction, info } = decoded(bytes)
        return dispatchInfo(transaction.type === 'signed' ? info : { ...info, paysFee: false }, len)
      }),
      query_fee_details: apiMethod(uxt, feeDetails, (_context, { uxt: bytes, len }) => {
        const { transaction, info } = decoded(bytes)
        return { inclusion_fee: transaction.type === 'signed' ? inclusionFee(info, len) : undefined, tip: 0n }
      }),
      ...queries,
    },
  }
  const call = { call: outerCall, len: u32 }
  const callPayment: RuntimeApi = {
    name: 'TransactionPaymentCallApi',
    version: 3,
    methods: {
      query_call_info: apiMethod(call, runtimeDispatchInfo, (_context, args) => dispatchInfo(executive().info(args.call), args.len)),
      query_call_fee_details: apiMethod(call, feeDetails, (_context, args) => ({
        inclusion_fee: inclusionFee(executive().info(args.call), args.len),
        tip: 0n,
      })),
      ...queries,
    },
  }
  return [core, metadataApi, accountNonce, payment, callPayment]
}
