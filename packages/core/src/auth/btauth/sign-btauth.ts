import { bytesToHex } from '@noble/hashes/utils.js'
import { TensorKitError } from '../../errors/tensorkit-error.js'
import type { Ss58Address } from '../../identity/brands.js'
import type { Signer } from '../../interfaces/signer.js'
import { btauthHeaders } from './btauth-headers.js'
import { encodeBtauthPayload } from './btauth-payload.js'

/** What {@link signBtauth} takes. */
export interface SignBtauthOptions {
  readonly signer: Signer
  /** The hotkey of the server; only Bittensor servers that do not demand one take a request without. */
  readonly receiver?: Ss58Address
  /** HTTP method, upper case. */
  readonly method: string
  /** The request target exactly as it will be sent. */
  readonly target: string
  /** SHA-256 of the raw body, 64 lower-case hex digits. */
  readonly bodySha256: string
  /** A fresh one for every attempt, retries too. */
  readonly nonce: string
}

/**
 * Signs one HTTP request.
 *
 * @returns The headers to send, by lower-case name.
 * @throws CORE_INVALID_ARGUMENT if a field is malformed or the signer gives anything but 64 bytes.
 *
 * Source: Bittensor v11, `bittensor.http_auth.sign`.
 */
export async function signBtauth(options: SignBtauthOptions): Promise<Record<string, string>> {
  const { signer, receiver, method, target, bodySha256, nonce } = options
  const payload = encodeBtauthPayload({ scheme: signer.scheme, method, target, bodySha256, nonce, sender: signer.address, receiver })
  const signature = await signer.sign(payload)
  if (signature.length !== 64) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The signer did not give a signature of 64 bytes')
  return {
    [btauthHeaders.version]: '1',
    [btauthHeaders.hotkey]: signer.address,
    ...(receiver === undefined ? {} : { [btauthHeaders.receiver]: receiver }),
    [btauthHeaders.nonce]: nonce,
    // By upstream's rule the header is left out, not set, for sr25519.
    ...(signer.scheme === 'sr25519' ? {} : { [btauthHeaders.crypto]: signer.scheme }),
    [btauthHeaders.signature]: `0x${bytesToHex(signature)}`,
  }
}

/** What {@link signBtauthCall} takes. */
export interface SignBtauthCallOptions {
  readonly signer: Signer
  /** The axon's hotkey: always demanded over gRPC. */
  readonly receiver: Ss58Address
  /** The HTTP/2 `:path`: `/package.Service/Method`. */
  readonly path: string
  /** SHA-256 of the serialised message, before compression and without gRPC's 5-byte prefix. */
  readonly bodySha256: string
  readonly nonce: string
}

/**
 * Signs one unary or server-streaming gRPC call: {@link signBtauth} with `POST` and the path, plus `x-tk-body-sha256`.
 *
 * @returns The metadata to send.
 * @throws CORE_INVALID_ARGUMENT as {@link signBtauth}.
 */
export async function signBtauthCall({ path, ...options }: SignBtauthCallOptions): Promise<Record<string, string>> {
  const headers = await signBtauth({ ...options, method: 'POST', target: path })
  return { ...headers, [btauthHeaders.bodySha256]: options.bodySha256 }
}
