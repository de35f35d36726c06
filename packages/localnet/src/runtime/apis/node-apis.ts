import { decodeExtrinsic } from '../executive/decode-extrinsic.js'
import type { Executive } from '../executive/executive.js'
import { apiMethod, type RuntimeApi } from '../framework/runtime-api.js'
import { versionValue } from '../pallets/system/limits.js'
import { system } from '../pallets/system/storage.js'
import { inclusionFee, lengthToFee, totalFee, weightToFee } from '../pallets/transaction-payment/fees.js'
import { feeDetails, runtimeDispatchInfo } from '../pallets/transaction-payment/transaction-payment.js'
import type { RuntimeVersion } from '../runtime.js'
import { option, vec } from '../types/compounds.js'
import { u32, u64 } from '../types/primitives.js'
import type { Ty } from '../types/ty.js'
import { accountId, opaqueMetadata, runtimeVersion, weight } from '../types/well-known.js'

/** What the APIs of the node need from the runtime. */
export interface NodeApiParts {
  readonly version: () => RuntimeVersion
  readonly metadata: (version: 14 | 15) => Uint8Array
  /** The extrinsic, as its bytes without length prefix. */
  readonly extrinsic: Ty<Uint8Array>
  readonly executive: () => Executive
}

/** Core, Metadata, AccountNonceApi and TransactionPaymentApi: what every Substrate client calls. */
export function nodeApis({ version, metadata, extrinsic, executive }: NodeApiParts): RuntimeApi[] {
  const core: RuntimeApi = {
    name: 'Core',
    version: 5,
    methods: { version: apiMethod({}, runtimeVersion, () => versionValue(version())) },
  }
  const metadataApi: RuntimeApi = {
    name: 'Metadata',
    version: 2,
    methods: {
      metadata: apiMethod({}, opaqueMetadata, () => metadata(14)),
      metadata_at_version: apiMethod({ version: u32 }, option(opaqueMetadata), (_context, args) =>
        args.version === 14 || args.version === 15 ? metadata(args.version) : undefined,
      ),
      metadata_versions: apiMethod({}, vec(u32), () => [14, 15]),
    },
  }
  const accountNonce: RuntimeApi = {
    name: 'AccountNonceApi',
    version: 1,
    methods: { account_nonce: apiMethod({ account: accountId }, u32, ({ db }, { account }) => system.Account.get(db, account).nonce) },
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
        return {
          weight: { ref_time: info.refTime, proof_size: 0n },
          class: { type: info.class, value: undefined },
          partial_fee: transaction.type === 'signed' ? totalFee(info, len) : 0n,
        }
      }),
      query_fee_details: apiMethod(uxt, feeDetails, (_context, { uxt: bytes, len }) => {
        const { transaction, info } = decoded(bytes)
        return { inclusion_fee: transaction.type === 'signed' ? inclusionFee(info, len) : undefined, tip: 0n }
      }),
      query_weight_to_fee: apiMethod({ weight }, u64, (_context, args) => weightToFee(args.weight.ref_time)),
      query_length_to_fee: apiMethod({ length: u32 }, u64, (_context, { length }) => lengthToFee(length)),
    },
  }
  return [core, metadataApi, accountNonce, payment]
}
