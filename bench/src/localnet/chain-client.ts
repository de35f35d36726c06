import { blake2b256, type LocalSigner, signerFromUri } from '@tensorkit/core/crypto'
import type { Localnet } from '@tensorkit/localnet'

/** SCALE, as far as these calls need it. */
export const scale = {
  u16: (value: number): Buffer => Buffer.from(Uint16Array.of(value).buffer),
  u64: (value: bigint): Buffer => Buffer.from(BigUint64Array.of(value).buffer),
  compact(value: number): Buffer {
    if (value < 64) return Buffer.of(value << 2)
    if (value < 16_384) return Buffer.from(Uint16Array.of((value << 2) | 1).buffer)
    return Buffer.from(Uint32Array.of(value * 4 + 2).buffer)
  },
  list: (items: readonly Uint8Array[]): Buffer => Buffer.concat([scale.compact(items.length), ...items]),
}

/** A call by the indexes of its pallet and its own, which mainnet never changes. */
export const encodeCall = (pallet: number, index: number, ...args: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.of(pallet, index), ...args])

/** The calls of the set-up. */
export const calls = {
  sudo: (inner: Uint8Array): Buffer => encodeCall(12, 0, inner),
  batchAll: (inner: readonly Uint8Array[]): Buffer => encodeCall(11, 2, scale.list(inner)),
  adminUtils: (index: number, ...args: readonly Uint8Array[]): Buffer => encodeCall(19, index, ...args),
  registerNetwork: (hotkey: Uint8Array): Buffer => encodeCall(7, 59, hotkey),
  startCall: (netuid: number): Buffer => encodeCall(7, 92, scale.u16(netuid)),
  burnedRegister: (netuid: number, hotkey: Uint8Array): Buffer => encodeCall(7, 7, scale.u16(netuid), hotkey),
  addStake: (hotkey: Uint8Array, netuid: number, rao: bigint): Buffer => encodeCall(7, 2, hotkey, scale.u16(netuid), scale.u64(rao)),
  setWeights: (netuid: number, uids: readonly number[], weights: readonly number[]): Buffer =>
    encodeCall(7, 0, scale.u16(netuid), scale.list(uids.map(scale.u16)), scale.list(weights.map(scale.u16)), scale.u64(0n)),
}

/** Signs an immortal extrinsic of version 4 for a chain at spec 424. */
export function signExtrinsic(
  localnet: Localnet,
  { signer, nonce, call }: { readonly signer: LocalSigner; readonly nonce: number; readonly call: Uint8Array },
): string {
  const genesis = Buffer.from(localnet.genesisHash.slice(2), 'hex')
  // Era, nonce, tip, mode of the metadata hash; then spec and transaction version, genesis, birth block, no hash.
  const extra = Buffer.concat([Buffer.of(0), scale.compact(nonce), Buffer.of(0, 0)])
  const versions = Buffer.from(Uint32Array.of(424, 1).buffer)
  const payload = Buffer.concat([call, extra, versions, genesis, genesis, Buffer.of(0)])
  const signature = signer.sign(payload.length > 256 ? blake2b256(payload) : payload)
  const body = Buffer.concat([Buffer.of(0x84, 0), signer.publicKey, Buffer.of(1), signature, extra, call])
  return `0x${Buffer.concat([scale.compact(body.length), body]).toString('hex')}`
}

/** Hotkeys by number. */
export const hotkeys = (count: number): Promise<LocalSigner[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => signerFromUri(`//Bench//${index}`)))
