import type { PoolRefusal } from '../pool/pool-transaction.js'
import type { InvalidTransaction } from '../runtime/runtime.js'
import { RpcError } from './rpc-error.js'

/** Source: `impl From<InvalidTransaction> for &'static str` in `sp_runtime::transaction_validity`. */
const invalidText: Record<Exclude<InvalidTransaction['kind'], 'Custom'>, string> = {
  Call: 'Transaction call is not expected',
  Payment: 'Inability to pay some fees (e.g. account balance too low)',
  Future: 'Transaction will be valid in the future',
  Stale: 'Transaction is outdated',
  BadProof: 'Transaction has a bad signature',
  AncientBirthBlock: 'Transaction has an ancient birth block',
  ExhaustsResources: 'Transaction would exhaust the block limits',
  BadMandatory: 'A call was labelled as mandatory, but resulted in an Error.',
  MandatoryValidation: 'Transaction dispatch is mandatory; transactions must not be validated.',
  BadSigner: 'Invalid signing address',
}

/**
 * The JSON-RPC error of a pool refusal, code and text as a Substrate node gives them.
 *
 * Source: `sc_rpc_api::author::error`.
 */
export function poolError(refusal: PoolRefusal): RpcError {
  switch (refusal.kind) {
    case 'Invalid':
      return new RpcError({
        code: 1010,
        message: 'Invalid Transaction',
        data: refusal.reason.kind === 'Custom' ? `Custom error: ${refusal.reason.code}` : invalidText[refusal.reason.kind],
      })
    case 'TemporarilyBanned':
      return new RpcError({ code: 1012, message: 'Transaction is temporarily banned' })
    case 'AlreadyImported':
      return new RpcError({ code: 1013, message: 'Transaction Already Imported', data: refusal.hash })
    case 'TooLowPriority':
      return new RpcError({
        code: 1014,
        message: `Priority is too low: (${refusal.old} vs ${refusal.new})`,
        data: 'The transaction has too low priority to replace another transaction already in the pool.',
      })
    case 'ImmediatelyDropped':
      return new RpcError({
        code: 1016,
        message: 'Immediately Dropped',
        data: "The transaction couldn't enter the pool because of the limit",
      })
    case 'NoTagsProvided':
      return new RpcError({
        code: 1019,
        message: 'No tags provided',
        data: "Transaction does not provide any tags, so the pool can't identify it",
      })
  }
}
