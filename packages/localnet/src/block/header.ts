import { blake2b } from '@noble/hashes/blake2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { Bytes, compact, Struct } from 'scale-ts'
import { toHex } from '../state/hex.js'

/** A block header, as Substrate encodes it. */
export interface Header {
  readonly parentHash: Uint8Array
  readonly number: number
  readonly stateRoot: Uint8Array
  readonly extrinsicsRoot: Uint8Array
  /** SCALE-encoded digest items. Empty here: no consensus engine seals these blocks. */
  readonly digest: readonly Uint8Array[]
}

const [encodeFields] = Struct({
  parentHash: Bytes(32),
  number: compact,
  stateRoot: Bytes(32),
  extrinsicsRoot: Bytes(32),
})

/** blake2b-256, the chain's hash. */
export function blake2b256(bytes: Uint8Array): Uint8Array {
  return blake2b(bytes, { dkLen: 32 })
}

/**
 * The header in SCALE: parent hash, compact number, state root, extrinsics root, digest items.
 *
 * Source: `sp_runtime::generic::Header`.
 */
export function encodeHeader(header: Header): Uint8Array {
  return concatBytes(encodeFields(header), compact.enc(header.digest.length), ...header.digest)
}

/** A block's hash: blake2b-256 of its encoded header. */
export function hashHeader(header: Header): Uint8Array {
  return blake2b256(encodeHeader(header))
}

/** What the header commits to for the extrinsics, each with its length prefix: a hash over all of them, not a Merkle root. */
export function extrinsicsRoot(extrinsics: readonly Uint8Array[]): Uint8Array {
  return blake2b256(concatBytes(compact.enc(extrinsics.length), ...extrinsics))
}

/** A header as JSON-RPC shows it. */
export interface HeaderJson {
  readonly parentHash: string
  readonly number: string
  readonly stateRoot: string
  readonly extrinsicsRoot: string
  readonly digest: { readonly logs: readonly string[] }
}

/** The header as JSON-RPC shows it. */
export function headerToJson(header: Header): HeaderJson {
  return {
    parentHash: toHex(header.parentHash),
    number: `0x${header.number.toString(16)}`,
    stateRoot: toHex(header.stateRoot),
    extrinsicsRoot: toHex(header.extrinsicsRoot),
    digest: { logs: header.digest.map(toHex) },
  }
}
