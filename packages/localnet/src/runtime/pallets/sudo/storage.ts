import { defineStorage, optionalValue } from '../../framework/storage-item.js'
import { accountId } from '../../types/well-known.js'

export const sudo = defineStorage('Sudo', {
  /** The account that may call as root. */
  Key: optionalValue(accountId),
})
