import type { Ss58Address } from '../identity/brands.js'

/** A signature scheme of hotkeys. */
export type SignatureScheme = 'sr25519' | 'ed25519'

/** What is signed of an extrinsic, in both forms in which signers take it. */
export interface ExtrinsicPayload {
  /**
   * SCALE: the call, what the transaction extensions add, what they imply. Of more than 256 bytes their BLAKE2b-256 is signed in
   * their place.
   */
  readonly bytes: Uint8Array
  /** The same as polkadot.js' `SignerPayloadJSON`, which browser extensions show and sign. */
  readonly json: Readonly<Record<string, unknown>>
}

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
  /**
   * Signs an extrinsic, where a signer has to see what it signs: an agent with an allow-list, a browser extension, a device. The
   * chain client uses it in place of `sign` where it is there.
   *
   * @returns The raw signature: 64 bytes, without a scheme prefix.
   */
  signExtrinsic?(payload: ExtrinsicPayload): Promise<Uint8Array>
}
