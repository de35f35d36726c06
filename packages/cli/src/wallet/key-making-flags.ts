import { type SignatureScheme, TensorKitError } from '@tensorkit/core'
import type { WalletKey } from '@tensorkit/wallet'
import type { PasswordFlags, Unlocking } from './unlocking.js'

/** How a key is made and kept. */
export interface KeyMakingFlags extends PasswordFlags {
  readonly scheme?: string
  readonly plaintextColdkey?: boolean
  readonly encryptHotkey?: boolean
}

/** The scheme that `--scheme` names, if it is given. */
export function schemeOf({ scheme }: { readonly scheme?: string }): { readonly scheme?: SignatureScheme } {
  if (scheme === undefined) return {}
  if (scheme === 'sr25519' || scheme === 'ed25519') return { scheme }
  throw new TensorKitError('CORE_INVALID_ARGUMENT', '--scheme is sr25519 or ed25519')
}

const lengths = [12, 15, 18, 21, 24] as const

/** The number of words that `--words` asks for, if it is given. */
export function wordsOf({ words }: { readonly words?: string }): { readonly words: (typeof lengths)[number] } | undefined {
  if (words === undefined) return undefined
  const found = lengths.find((length) => String(length) === words)
  if (found !== undefined) return { words: found }
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `--words is one of ${lengths.join(', ')}`)
}

/** How one key is kept: a coldkey encrypted, a hotkey not, unless the options say otherwise. */
export function keptAs(
  key: WalletKey,
  { plaintextColdkey, encryptHotkey }: KeyMakingFlags,
  password: Unlocking['password'],
): { readonly password?: Unlocking['password']; readonly plaintext?: true } {
  if (key === 'coldkey') return plaintextColdkey ? { plaintext: true } : { password }
  return encryptHotkey ? { password } : {}
}
