import { createHash } from 'node:crypto'
import { blake2b as blake2bJs } from '@noble/hashes/blake2.js'
import { blake2b as blake2bWasm, isReady } from '@polkadot/wasm-crypto'

const noKey = new Uint8Array(0)

/**
 * BLAKE2b with 32 bytes of output, the hash of Substrate's extrinsics and blocks.
 *
 * Runs in WebAssembly once `initCrypto` was awaited and in JavaScript before; the result is the same.
 *
 * @returns 32 bytes.
 */
export function blake2b256(data: Uint8Array): Uint8Array {
  return isReady() ? blake2bWasm(data, noKey, 32) : blake2bJs(data, { dkLen: 32 })
}

/** SHA-256 by node:crypto. @returns 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(data).digest())
}
