import type { KeyringPair } from '@polkadot/keyring/types'
import { encodeSs58, TensorKitError } from '@tensorkit/core'
import type { KeyPair, LocalSigner } from '@tensorkit/core/crypto'

/**
 * A key pair as @polkadot/keyring has it, for programs that sign with @polkadot/api.
 *
 * The keyring copies the secret: wiping ours leaves theirs.
 *
 * @example
 * ```ts
 * const pair = await toKeyringPair(await wallet.exportKeyPair('hotkey'))
 * await api.tx.system.remark('0x00').signAndSend(pair)
 * ```
 */
export async function toKeyringPair(pair: KeyPair): Promise<KeyringPair> {
  // Loaded here, because most programs never need it and it is large.
  const [{ Keyring }, { cryptoWaitReady }] = await Promise.all([import('@polkadot/keyring'), import('@polkadot/util-crypto')])
  await cryptoWaitReady()
  return new Keyring({ type: pair.scheme, ss58Format: 42 }).addFromPair({
    publicKey: pair.publicKey,
    secretKey: Uint8Array.from(pair.secretKey),
  })
}

/**
 * A signer over an unlocked pair of @polkadot/keyring. The secret stays in the pair, and so does its speed: pure
 * JavaScript for sr25519.
 *
 * @throws CORE_INVALID_ARGUMENT if the pair is locked, or neither sr25519 nor ed25519.
 */
export function fromKeyringPair(pair: KeyringPair): LocalSigner {
  const scheme = pair.type
  if (scheme !== 'sr25519' && scheme !== 'ed25519') {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'Only sr25519 and ed25519 pairs can be hotkeys', { facts: { type: scheme } })
  }
  if (pair.isLocked)
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The keyring pair is locked', { remedy: 'Unlock it with its password first.' })
  return {
    address: encodeSs58(pair.publicKey),
    publicKey: Uint8Array.from(pair.publicKey),
    scheme,
    sign: (message) => pair.sign(message),
  }
}
