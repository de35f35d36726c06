import { toHex } from '../state/hex.js'

/**
 * The body of an extrinsic, without its length prefix.
 *
 * @returns Undefined if the prefix is not exactly the length of what follows.
 */
export function extrinsicBody(extrinsic: Uint8Array): Uint8Array | undefined {
  const first = extrinsic[0]
  if (first === undefined) return undefined
  const mode = first & 3
  // Mode 3 starts at 1 GiB: beyond every limit here.
  if (mode === 3) return undefined
  const prefix = mode === 0 ? 1 : mode === 1 ? 2 : 4
  if (extrinsic.length < prefix) return undefined
  let length = 0
  for (let at = prefix - 1; at >= 0; at--) length = length * 256 + (extrinsic[at] as number)
  return extrinsic.length === prefix + Math.floor(length / 4) ? extrinsic.subarray(prefix) : undefined
}

/** Who signed an extrinsic of version 4 with a plain account id, in hex; undefined for anything else. The signature is not checked. */
export function extrinsicSender(extrinsic: Uint8Array): string | undefined {
  const body = extrinsicBody(extrinsic)
  return body && body.length >= 34 && body[0] === 0x84 && body[1] === 0 ? toHex(body.subarray(2, 34)) : undefined
}
