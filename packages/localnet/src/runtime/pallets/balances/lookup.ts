import { fail } from '../../framework/dispatch-failure.js'
import type { TypeOf } from '../../types/ty.js'
import type { multiAddress } from '../../types/well-known.js'

/** The account that an address names; the chain knows no other kind than `Id`. */
export const lookup = (address: TypeOf<typeof multiAddress>): string =>
  address.type === 'Id' ? address.value : fail({ type: 'CannotLookup', value: undefined })
