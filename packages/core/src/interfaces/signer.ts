import type { Ss58Address } from '../identity/brands.js'

/** A signature scheme of hotkeys. */
export type SignatureScheme = 'sr25519' | 'ed25519'

/** A key that can sign: a hotkey or a coldkey, wherever its secret lives. */
export interface Signer {
  /** The address, SS58 with prefix 42. */
  readonly address: Ss58Address
  /** The public key: 32 bytes. */
  readonly publicKey: Uint8Array
  readonly scheme: SignatureScheme
  /**
   * Signs the exact bytes given (sr25519: signing context `substrate`).
   *
   * @returns The raw signature: 64 bytes, without a scheme prefix.
   */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>
}
