import { blake2AsU8a } from '@polkadot/util-crypto'
import {
  decodeSs58,
  type ExtrinsicPayload,
  type SignatureScheme,
  type Signer,
  type Ss58Address,
  ss58Address,
  TensorKitError,
} from '@tensorkit/core'
import { initCrypto, verifySignature } from '@tensorkit/core/crypto'
import type { ChainCall, WaitOptions } from '../backend/chain-backend.js'
import type { ChainClient } from '../chain-client.js'
import type { CallOptions, CallResult, WaitFor } from './call-result.js'
import { submitSigned } from './submit-call.js'

/**
 * A call that is ready to be signed elsewhere. All of it is text and numbers, so that it goes through JSON: as a file, a code on
 * a screen, a message.
 */
export interface PreparedCall {
  /** Who signs, and pays if the call has a fee. */
  readonly address: Ss58Address
  readonly scheme: SignatureScheme
  /** The call, by the chain's own names, for the person who signs. What is signed is `payload`. */
  readonly call: string
  /** What is signed, SCALE, hex with 0x. Of more than 256 bytes their BLAKE2b-256 is signed in their place. */
  readonly payload: string
  /** The same as `SignerPayloadJSON` of polkadot.js. */
  readonly payloadJson: Readonly<Record<string, unknown>>
  /** The extrinsic with a mark in the signature's place, hex with 0x. */
  readonly extrinsic: string
  /** The last block that can include it. */
  readonly validUntil: number
  readonly nonce: number
}

/** What {@link prepareCall} takes. */
export interface PrepareCallOptions extends WaitOptions {
  readonly address: string
  /** @defaultValue `sr25519` */
  readonly scheme?: SignatureScheme
  /** For how many blocks it is valid: a power of two from 4 to 65536. @defaultValue 256, some 51 minutes on mainnet: somebody has to carry it */
  readonly periodBlocks?: number
  /** @defaultValue the next one of the address, which a call sent meanwhile would take */
  readonly nonce?: number
}

const signatureBytes = 64
/** Version, address (an enum and 32 bytes), scheme. */
const beforeSignature = 1 + 33 + 1
/** Stands for the signature: not zeros, which @polkadot/api takes for none at all. */
const mark = 0x55
const hexToBytes = (hex: string) => Uint8Array.from(Buffer.from(hex.slice(2), 'hex'))
const bytesToHex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`

/**
 * Makes a call ready to be signed elsewhere: on a machine without a network, by a person, by a service.
 *
 * @throws CHAIN_INCOMPATIBLE, CORE_INVALID_ARGUMENT if it cannot be built; CORE_ADDRESS_INVALID; the connection's errors.
 * @example
 * ```ts
 * const prepared = await prepareCall(client, call, { address: coldkeyAddress })
 * // Elsewhere: const signature = await signPreparedCall(prepared, signer)
 * const result = await submitPreparedCall(client, prepared, signature)
 * ```
 */
export async function prepareCall(client: ChainClient, call: ChainCall, options: PrepareCallOptions): Promise<PreparedCall> {
  const { scheme = 'sr25519', periodBlocks = 256, signal, timeoutMs = client.timeoutMs } = options
  const address = ss58Address(options.address)
  const wait = { signal, timeoutMs }
  const nonce = options.nonce ?? (await client.backend.nextNonce(address, wait))
  let seen: ExtrinsicPayload | undefined
  const nobody: Signer = {
    address,
    scheme,
    publicKey: decodeSs58(address),
    sign: () => new Uint8Array(signatureBytes).fill(mark),
    signExtrinsic: async (payload) => {
      seen = payload
      return new Uint8Array(signatureBytes).fill(mark)
    },
  }
  const { hex, validUntil } = await client.backend.sign(call, nobody, { nonce, periodBlocks, ...wait })
  if (seen === undefined) throw new TensorKitError('CORE_NOT_SUPPORTED', 'This backend does not show what it has signed')
  return {
    address,
    scheme,
    call: `${call.pallet}.${call.name}`,
    payload: bytesToHex(seen.bytes),
    payloadJson: seen.json,
    extrinsic: hex,
    validUntil,
    nonce,
  }
}

/**
 * Signs a prepared call; needs no network.
 *
 * Nothing is decoded: whoever signs must trust who prepared it, or look at the payload with a tool that has the chain's metadata.
 *
 * @returns The signature: 64 bytes, hex with 0x.
 * @throws CORE_INVALID_ARGUMENT if the signer is of another key, or the call is malformed; what the signer throws.
 */
export async function signPreparedCall(prepared: PreparedCall, signer: Signer): Promise<string> {
  const payload = checkedHex(prepared.payload, 'payload')
  if (signer.address !== prepared.address || signer.scheme !== prepared.scheme) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The call was prepared for another key', { facts: { expected: prepared.address } })
  }
  const signature =
    signer.signExtrinsic === undefined
      ? await signer.sign(signedBytes(payload))
      : await signer.signExtrinsic({ bytes: payload, json: prepared.payloadJson })
  return bytesToHex(signature)
}

/** Source: sp-runtime `SignedPayload::using_encoded`. */
const signedBytes = (payload: Uint8Array) => (payload.length > 256 ? blake2AsU8a(payload, 256) : payload)

function checkedHex(hex: unknown, what: string): Uint8Array {
  if (typeof hex === 'string' && hex.length <= 1_000_000 && /^0x(?:[0-9a-f]{2})+$/.test(hex)) return hexToBytes(hex)
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `The ${what} of a prepared call is malformed`)
}

/** Puts the signature into its place, which the length prefix of the extrinsic moves. */
function withSignature(prepared: PreparedCall, signature: Uint8Array): Uint8Array {
  const extrinsic = checkedHex(prepared.extrinsic, 'extrinsic')
  const prefixBytes = [1, 2, 4][(extrinsic[0] as number) & 3] ?? 0
  const at = prefixBytes + beforeSignature
  const place = extrinsic.subarray(at, at + signatureBytes)
  if (prefixBytes === 0 || place.length !== signatureBytes || place.some((byte) => byte !== mark))
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The extrinsic of a prepared call is malformed')
  extrinsic.set(signature, at)
  return extrinsic
}

/**
 * Sends a call that was prepared here and signed elsewhere, and waits for it.
 *
 * @param signature - 64 bytes, hex with 0x; or 65 with the scheme in front, as polkadot.js gives it.
 * @returns What became of it; refusals by pool or chain, time-outs and lost connections are values too.
 * @throws CORE_INVALID_ARGUMENT if anything is malformed, or the signature does not hold: nothing is sent then.
 */
export async function submitPreparedCall<W extends WaitFor = 'inclusion'>(
  client: ChainClient,
  prepared: PreparedCall,
  signature: string,
  options: CallOptions<W> = {},
): Promise<CallResult<W>> {
  const given = checkedHex(signature, 'signature')
  const message = signedBytes(checkedHex(prepared.payload, 'payload'))
  const raw = given.length === signatureBytes + 1 ? given.subarray(1) : given
  const { scheme, validUntil } = prepared
  await initCrypto()
  const publicKey = decodeSs58(ss58Address(prepared.address))
  if (raw.length !== signatureBytes || !verifySignature({ scheme, publicKey, message, signature: raw }))
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The signature of the prepared call does not hold')
  const extrinsic = withSignature(prepared, raw)
  const signed = { hex: bytesToHex(extrinsic), hash: bytesToHex(blake2AsU8a(extrinsic, 256)), validUntil }
  return submitSigned(client, signed, options)
}
