import { defineStorage, map, optionalMap, twox64 } from '../../framework/storage-item.js'
import { boundedVec, result, tuple } from '../../types/compounds.js'
import { u64, unit } from '../../types/primitives.js'
import { accountId, dispatchError } from '../../types/well-known.js'
import { announcement, proxyDefinition } from './types.js'

/** Most proxies of an account. */
export const MAX_PROXIES = 20
/** Most announcements of a proxy that are pending. */
export const MAX_PENDING = 75

/** Who may call for whom. Deposits in rao. */
export const proxies = defineStorage('Proxy', {
  /** By the account that is called for: its proxies and what is reserved for them. */
  Proxies: map([twox64(accountId)], tuple(boundedVec(proxyDefinition, MAX_PROXIES), u64), [[], 0n]),
  /** By the proxy: its announcements and what is reserved for them. */
  Announcements: map([twox64(accountId)], tuple(boundedVec(announcement, MAX_PENDING), u64), [[], 0n]),
  /** By the proxy: how its last call ended. */
  LastCallResult: optionalMap([twox64(accountId)], result(unit, dispatchError)),
  /** By the account that is called for and its proxy: the fee is the former's. */
  RealPaysFee: optionalMap([twox64(accountId), twox64(accountId)], unit),
})
