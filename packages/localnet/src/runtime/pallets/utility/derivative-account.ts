import { tuple } from '../../types/compounds.js'
import { u16 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'
import { hashedAccount } from '../system/hashed-account.js'

const derivation = tuple(accountId, u16)

/** An account that another one holds by index. Source: `pallet_utility::derivative_account_id`. */
export const derivativeAccount = (who: string, index: number): string =>
  hashedAccount('modlpy/utilisuba', derivation.codec.enc([who, index]))
