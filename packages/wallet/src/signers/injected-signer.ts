import { decodeSs58, type ExtrinsicPayload, type SignatureScheme, type Signer, ss58Address, TensorKitError } from '@tensorkit/core'

/** What a browser extension of polkadot.js gives a page to sign with; only what is used of it. */
export interface InjectedSignerShape {
  /** Signs the extrinsic that a `SignerPayloadJSON` describes. */
  readonly signPayload?: ((payload: never) => Promise<{ readonly signature: string }>) | undefined
}

/** What {@link injectedSigner} takes. */
export interface InjectedSignerOptions {
  /** The account, of any prefix that the extension shows. @throws CORE_ADDRESS_INVALID unless it is prefix 42. */
  readonly address: string
  /** @defaultValue `sr25519` */
  readonly scheme?: SignatureScheme
  /** `(await web3FromAddress(address)).signer`, or that of any other wallet of this shape. */
  readonly signer: InjectedSignerShape
}

const schemeByte = { ed25519: 0, sr25519: 1 } as const

function rawSignature(signature: unknown, scheme: SignatureScheme): Uint8Array {
  const bytes =
    typeof signature === 'string' && /^0x(?:[0-9a-fA-F]{128}|[0-9a-fA-F]{130})$/.test(signature)
      ? Uint8Array.from(Buffer.from(signature.slice(2), 'hex'))
      : undefined
  if (bytes?.length === 64) return bytes
  // With the scheme in front, which must be the one that was said.
  if (bytes?.[0] === schemeByte[scheme]) return bytes.subarray(1)
  throw new TensorKitError('WALLET_SIGN_REFUSED', 'The wallet gave no signature of this scheme')
}

/**
 * A signer over a browser extension or another wallet of its shape, for calls of the chain: the wallet shows the extrinsic to its owner.
 *
 * It signs nothing else. An extension wraps any other message (`<Bytes>…</Bytes>`), which is no signed request.
 *
 * @throws CORE_ADDRESS_INVALID; CORE_INVALID_ARGUMENT if the shape is another one. Its `sign` rejects with WALLET_SIGN_REFUSED, and
 * `signExtrinsic` so too if the owner says no.
 */
export function injectedSigner({ address, scheme = 'sr25519', signer }: InjectedSignerOptions): Signer {
  const { signPayload } = signer
  if (typeof signPayload !== 'function') throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The wallet has no signPayload()')
  const known = ss58Address(address)
  return {
    address: known,
    publicKey: decodeSs58(known),
    scheme,
    sign: () => Promise.reject(new TensorKitError('WALLET_SIGN_REFUSED', 'A wallet of this shape signs calls of the chain alone')),
    signExtrinsic: async ({ json }: ExtrinsicPayload) => {
      let answer: unknown
      try {
        answer = await signPayload.call(signer, json as never)
      } catch (cause) {
        throw new TensorKitError('WALLET_SIGN_REFUSED', 'The wallet did not sign', { cause })
      }
      return rawSignature((answer as { readonly signature?: unknown } | undefined)?.signature, scheme)
    },
  }
}
