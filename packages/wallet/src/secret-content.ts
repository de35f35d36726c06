import { TensorKitError } from '@tensorkit/core'
import { encodeSecretKeyFile, type SecretKey } from './files/encode-key-file.js'
import { encryptNacl } from './formats/nacl.js'
import { askPassword, type Password, type PasswordRequest, type PasswordSource } from './passwords/password.js'
import { cipherContext, type DerivationOptions } from './unlock/unlock-options.js'

/** How a secret is to be written. */
export interface SecretContentOptions extends DerivationOptions {
  /** To encrypt with. */
  readonly password?: Password | PasswordSource | undefined
}

/**
 * What a secret file will hold: `$NACL` if a password is given, else plain JSON.
 *
 * @returns Bytes; to be wiped if they are plain.
 * @throws CORE_INVALID_ARGUMENT if a source of passwords has none: nothing is left unencrypted that was meant not to be.
 */
export async function secretContent(
  key: SecretKey,
  whose: Pick<PasswordRequest, 'key' | 'file'>,
  { password, ...options }: SecretContentOptions,
): Promise<Uint8Array> {
  if (password === undefined) return encodeSecretKeyFile(key)
  const { signal } = options
  const bytes = await askPassword(password, { ...whose, purpose: 'encrypt', ...(signal && { signal }) })
  if (bytes === undefined) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', `No password to encrypt the ${whose.key} with was given`, {
      facts: { file: whose.file || undefined },
    })
  }
  const plain = encodeSecretKeyFile(key)
  try {
    return await encryptNacl(plain, bytes, cipherContext(whose.file, options))
  } finally {
    plain.fill(0)
    bytes.fill(0)
  }
}
