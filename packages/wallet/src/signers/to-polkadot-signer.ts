import { type Signer, TensorKitError } from '@tensorkit/core'
import { blake2b256 } from '@tensorkit/core/crypto'

/** The part of @polkadot/api's `Signer` that is given. */
export interface PolkadotSigner {
  /** Signs the whole payload of an extrinsic, as @polkadot/api hands it over. */
  signRaw(raw: { readonly address: string; readonly data: string }): Promise<{ readonly id: number; readonly signature: `0x${string}` }>
}

const schemeByte = { ed25519: 0, sr25519: 1 } as const

/**
 * A signer as @polkadot/api takes it: `tx.signAndSend(signer.address, { signer: toPolkadotSigner(signer) })`.
 *
 * @throws (when asked) CORE_INVALID_ARGUMENT for another address, or data that is no hex; what the signer throws.
 */
export function toPolkadotSigner(signer: Signer): PolkadotSigner {
  return {
    signRaw: async ({ address, data }) => {
      if (address !== signer.address || !/^0x(?:[0-9a-f]{2})*$/.test(data))
        throw new TensorKitError('CORE_INVALID_ARGUMENT', 'This is not to be signed by this key')
      const bytes = Uint8Array.from(Buffer.from(data.slice(2), 'hex'))
      const signature =
        signer.signExtrinsic === undefined
          ? // Source: sp-runtime `SignedPayload::using_encoded`.
            await signer.sign(bytes.length > 256 ? blake2b256(bytes) : bytes)
          : await signer.signExtrinsic({ bytes, json: {} })
      return { id: 0, signature: `0x${Buffer.from([schemeByte[signer.scheme], ...signature]).toString('hex')}` }
    },
  }
}
