import { blake2, defineStorage, optionalMap, twox64 } from '../../framework/storage-item.js'
import { fixedHex } from '../../types/compounds.js'
import { accountId } from '../../types/well-known.js'
import { multisig } from './types.js'

export const multisigs = defineStorage('Multisig', {
  /** By the multisig's account and the hash of the call. */
  Multisigs: optionalMap([twox64(accountId), blake2(fixedHex(32))], multisig),
})
