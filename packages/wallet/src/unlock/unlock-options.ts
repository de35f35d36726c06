import { TensorKitError } from '@tensorkit/core'
import { environmentPasswords } from '../passwords/environment-passwords.js'
import { askPassword, type Password, type PasswordRequest, type PasswordSource } from '../passwords/password.js'
import { sharedUnlocker } from './shared-unlocker.js'
import { type DeriveOptions, type Unlocker, type UnlockProgress, UnlockQueue } from './unlocker.js'

/** How a derivation of a key is waited for. */
export interface DerivationOptions {
  readonly signal?: AbortSignal
  /** For the whole, waiting for a turn included, in ms. @defaultValue 300000: a slow machine takes a minute for one. */
  readonly timeoutMs?: number
  /** Told every 250 ms, and at the start and the end. */
  readonly onProgress?: (progress: UnlockProgress) => void
  /** @defaultValue one that the whole process shares: one key at a time, since each takes 512 MiB. */
  readonly unlocker?: Unlocker
}

/** How an encrypted key is opened. Unencrypted ones need none of it. */
export interface UnlockOptions extends DerivationOptions {
  /** @defaultValue `environmentPasswords()`: no prompt, so that nothing hangs. */
  readonly password?: Password | PasswordSource
}

/** Of an options object, what says how a derivation is waited for. */
export const derivationOptions = ({ signal, timeoutMs, onProgress, unlocker }: DerivationOptions): DerivationOptions => ({
  ...(signal && { signal }),
  ...(timeoutMs !== undefined && { timeoutMs }),
  ...(onProgress && { onProgress }),
  ...(unlocker && { unlocker }),
})

/** What ciphers get to work with. */
export interface CipherContext {
  /** For messages. */
  readonly file: string
  readonly queue: UnlockQueue
  readonly derive: DeriveOptions
}

/** The context of a cipher by the caller's options. */
export function cipherContext(file: string, { signal, timeoutMs = 300_000, onProgress, unlocker }: DerivationOptions): CipherContext {
  if (unlocker !== undefined && !(unlocker instanceof UnlockQueue))
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The unlocker must be one that createUnlocker() made')
  return { file, queue: unlocker ?? sharedUnlocker, derive: { signal, timeoutMs, onProgress } }
}

/** How messages name the key that is unlocked. */
export const nameOf = (key: PasswordRequest['key']) => (key === 'import' || key === 'export' ? 'key file' : key)

/**
 * The password by which a key is opened.
 *
 * @returns Its bytes, to be wiped.
 * @throws WALLET_ENCRYPTED if no source has one.
 */
export async function unlockingPassword(
  { password = environmentPasswords(), signal }: Pick<UnlockOptions, 'password' | 'signal'>,
  { key, file }: Pick<PasswordRequest, 'key' | 'file'>,
): Promise<Uint8Array> {
  const bytes = await askPassword(password, { purpose: 'unlock', key, file, ...(signal && { signal }) })
  if (bytes !== undefined) return bytes
  throw new TensorKitError('WALLET_ENCRYPTED', `The ${nameOf(key)} is encrypted, and no password was given`, {
    facts: { file: file || undefined },
  })
}
