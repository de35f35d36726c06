import { compactNumber } from '@polkadot-api/substrate-bindings'
import type { RuntimeCall } from '../framework/call.js'
import { decodeExactly } from '../types/bytes.js'
import { struct } from '../types/compounds.js'
import type { Ty, TypeOf } from '../types/ty.js'
import { multiAddress, multiSignature } from '../types/well-known.js'
import { extensionTypes } from './extrinsic-types.js'

/** The fields that a signed extrinsic carries before its call, in order. Extensions without bytes are left out. */
const signedPart = {
  address: multiAddress,
  signature: multiSignature,
  era: extensionTypes.CheckMortality.extra,
  nonce: extensionTypes.CheckNonce.extra,
  tip: extensionTypes.ChargeTransactionPayment.extra,
  metadataHash: extensionTypes.CheckMetadataHash.extra,
}

type SignedFields = { [K in keyof typeof signedPart]: TypeOf<(typeof signedPart)[K]> }

/** A signed extrinsic, decoded. */
export interface SignedExtrinsic extends SignedFields {
  readonly type: 'signed'
  readonly call: RuntimeCall
  /** The bytes of era, nonce, tip and mode, which are signed with the call. */
  readonly extraBytes: Uint8Array
  readonly callBytes: Uint8Array
  /** Of the whole extrinsic with its length prefix: what its fee counts. */
  readonly lengthBytes: number
}

/** An extrinsic that nobody signed. */
export interface BareExtrinsic {
  readonly type: 'bare'
  readonly call: RuntimeCall
  readonly lengthBytes: number
}

export type Extrinsic = SignedExtrinsic | BareExtrinsic

const BARE = 4
const SIGNED = 0x84

/**
 * Decodes an extrinsic of version 4 with its length prefix.
 *
 * @returns Undefined for bytes that are not exactly one: a length that is off, another version, an unknown call, trailing
 * bytes or a number in a longer form than needed.
 */
export function decodeExtrinsic(call: Ty<RuntimeCall>, opaque: Uint8Array): Extrinsic | undefined {
  try {
    const body = bodyOf(opaque)
    if (body === undefined) return undefined
    const lengthBytes = opaque.length
    if (body[0] === BARE) return { type: 'bare', call: decodeExactly(call, body.slice(1)), lengthBytes }
    if (body[0] !== SIGNED) return undefined
    const { call: decoded, ...fields } = decodeExactly(struct('', { ...signedPart, call }), body.slice(1))
    // Decoded exactly, so what follows the other fields is the call.
    const callStart = 1 + encodedLength(fields, ['address', 'signature', 'era', 'nonce', 'tip', 'metadataHash'])
    const callBytes = body.slice(callStart)
    const extraBytes = body.slice(1 + encodedLength(fields, ['address', 'signature']), callStart)
    return { type: 'signed', ...fields, call: decoded, extraBytes, callBytes, lengthBytes }
  } catch {
    // Codecs throw what their author chose at malformed bytes; all of it means the same here.
    return undefined
  }
}

const encodedLength = (fields: SignedFields, names: readonly (keyof SignedFields)[]): number =>
  names.reduce((sum, name) => sum + (signedPart[name] as Ty<unknown>).codec.enc(fields[name]).length, 0)

/** The version that an extrinsic with its length prefix says it has; undefined where the prefix is not that of its length. */
export function extrinsicVersion(opaque: Uint8Array): number | undefined {
  const body = bodyOf(opaque)
  return body?.[0] === undefined ? undefined : body[0] & 0b11_1111
}

/** What stands behind the length prefix, if that is right. */
function bodyOf(opaque: Uint8Array): Uint8Array | undefined {
  const prefixLength = opaque[0] === undefined ? undefined : ([1, 2, 4] as const)[opaque[0] & 3]
  if (prefixLength === undefined || opaque.length < prefixLength) return undefined
  const length = compactNumber.dec(opaque.slice(0, prefixLength))
  const prefix = compactNumber.enc(length)
  const isRight = prefix.length + length === opaque.length && prefix.every((byte, at) => byte === opaque[at])
  return isRight ? opaque.slice(prefix.length) : undefined
}
