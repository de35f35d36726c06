import type { Storage } from '../../../state/storage.js'
import type { RuntimeCall } from '../../framework/call.js'
import type { TypeOf } from '../../types/ty.js'
import type { multiAddress } from '../../types/well-known.js'
import { proxies } from './storage.js'

const batches = new Set(['batch', 'batch_all', 'force_batch'])

/** Whom a `proxy` call is for, and what it carries. */
function proxied({ type, value }: RuntimeCall): { readonly real: string; readonly call: RuntimeCall } | undefined {
  if (type !== 'Proxy' || value.type !== 'proxy') return undefined
  const { real, call } = value.value as { readonly real: TypeOf<typeof multiAddress>; readonly call: RuntimeCall }
  return real.type === 'Id' ? { real: real.value, call } : undefined
}

/**
 * Who pays the fee: the signer, or the account that a proxy calls for where that account has opted in. One more step is looked at: a
 * proxy of the proxy, or a batch of such calls for one and the same account.
 *
 * Source: subtensor `ChargeTransactionPaymentWrapper::extract_real_fee_payer`, spec 425.
 */
export function feePayer(db: Storage, signer: string, call: RuntimeCall): string {
  const outer = proxied(call)
  if (!outer || !proxies.RealPaysFee.has(db, outer.real, signer)) return signer
  const { type, value } = outer.call
  const inner =
    type === 'Utility' && batches.has(value.type) ? (value.value as { readonly calls: readonly RuntimeCall[] }).calls : [outer.call]
  const reals = new Set(inner.map((one) => proxied(one)?.real))
  const [real] = reals
  return reals.size === 1 && real !== undefined && proxies.RealPaysFee.has(db, real, outer.real) ? real : outer.real
}
