import { concatBytes } from '@noble/hashes/utils.js'
import { compact, Option, Struct, u8, u32, u64 } from 'scale-ts'
import type { Chain } from '../../block/chain.js'
import { extrinsicBody } from '../../block/extrinsic.js'
import { call, type Methods } from '../method.js'
import type { Params } from '../params.js'
import { RpcError } from '../rpc-error.js'
import { requireBlock, runtimeCall } from '../state-access.js'

const classes = ['normal', 'operational', 'mandatory'] as const

const dispatchInfo = Struct({ refTime: compact, proofSize: compact, class: u8, partialFee: u64 })
const feeDetails = Struct({ inclusionFee: Option(Struct({ baseFee: u64, lenFee: u64, adjustedWeightFee: u64 })) })

/**
 * `payment_*`: what an extrinsic costs.
 *
 * Source: `pallet_transaction_payment_rpc`; amounts are rao.
 */
export function paymentMethods(chain: Chain): Methods {
  const ask = (params: Params, method: string): Uint8Array => {
    const extrinsic = params.bytes(0, 'extrinsic')
    if (!extrinsicBody(extrinsic))
      throw new RpcError({ code: 1, message: 'Unable to query dispatch info.', data: 'the length prefix does not fit' })
    const block = requireBlock(chain, params.hash(1, 'at'))
    return runtimeCall(chain, block, method, concatBytes(extrinsic, u32.enc(extrinsic.length)))
  }
  return {
    payment_queryInfo: call((params) => {
      const info = dispatchInfo.dec(ask(params, 'TransactionPaymentApi_query_info'))
      return {
        weight: { ref_time: Number(info.refTime), proof_size: Number(info.proofSize) },
        class: classes[info.class] ?? 'normal',
        partialFee: info.partialFee.toString(),
      }
    }),
    payment_queryFeeDetails: call((params) => {
      const { inclusionFee } = feeDetails.dec(ask(params, 'TransactionPaymentApi_query_fee_details'))
      return {
        inclusionFee: inclusionFee
          ? {
              baseFee: hexNumber(inclusionFee.baseFee),
              lenFee: hexNumber(inclusionFee.lenFee),
              adjustedWeightFee: hexNumber(inclusionFee.adjustedWeightFee),
            }
          : null,
      }
    }),
  }
}

/** `NumberOrHex`, as Substrate writes amounts. */
function hexNumber(value: bigint): string {
  return `0x${value.toString(16)}`
}
