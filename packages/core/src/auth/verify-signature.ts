import type { SignatureScheme } from '../interfaces/signer.js'

/** Checks one signature: `verifySignature` of `@tensorkit/core/crypto`, or a pool of workers. */
export type VerifySignature = (input: {
  readonly scheme: SignatureScheme
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}) => boolean | Promise<boolean>
