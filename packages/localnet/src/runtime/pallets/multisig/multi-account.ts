import { tuple, vec } from '../../types/compounds.js'
import { u16 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'
import { hashedAccount } from '../system/hashed-account.js'
import { multisigErrors } from './errors.js'
import { MAX_SIGNATORIES } from './types.js'

const derivation = tuple(vec(accountId), u16)

/** Who holds an account together. */
export interface Signatories {
  readonly who: string
  /** In ascending order, without `who`. */
  readonly others: readonly string[]
  readonly threshold: number
}

/** All signatories in ascending order. */
export function sortedSignatories({ who, others }: Omit<Signatories, 'threshold'>): string[] {
  multisigErrors.ensure(
    others.every((other, at) => at === 0 || (others[at - 1] as string) < other),
    'SignatoriesOutOfOrder',
  )
  multisigErrors.ensure(!others.includes(who), 'SenderInSignatories')
  return [...others, who].sort()
}

/** The account that signatories in ascending order hold together. */
export const multiAccount = (signatories: readonly string[], threshold: number): string =>
  hashedAccount('modlpy/utilisuba', derivation.codec.enc([[...signatories], threshold]))

/** The account, after the checks that every call of several steps begins with. */
export function checkedMultiAccount({ who, others, threshold }: Signatories): string {
  multisigErrors.ensure(threshold >= 2, 'MinimumThreshold')
  multisigErrors.ensure(others.length > 0, 'TooFewSignatories')
  multisigErrors.ensure(others.length < MAX_SIGNATORIES, 'TooManySignatories')
  return multiAccount(sortedSignatories({ who, others }), threshold)
}
