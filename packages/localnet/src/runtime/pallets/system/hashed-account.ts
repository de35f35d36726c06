import { Binary, Blake2256 } from '@polkadot-api/substrate-bindings'

/** An account without a key: the hash of a prefix and what it is made from. */
export function hashedAccount(prefix: string, encoded: Uint8Array): string {
  const start = new TextEncoder().encode(prefix)
  const entropy = new Uint8Array(start.length + encoded.length)
  entropy.set(start)
  entropy.set(encoded, start.length)
  return Binary.toHex(Blake2256(entropy))
}
