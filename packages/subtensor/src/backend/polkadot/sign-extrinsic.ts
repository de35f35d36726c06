import { blake2AsU8a } from '@polkadot/util-crypto'
import type { Signer } from '@tensorkit/core'
import type { BlockRef, ChainCall, SignedExtrinsic } from '../chain-backend.js'
import type { Runtime } from './runtime.js'

/** The version of the extrinsic format; 5 is declared by new runtimes, but all accept 4. */
const EXTRINSIC_VERSION = 4
/** Longer payloads are hashed before they are signed. Source: sp-runtime `SignedPayload::using_encoded`. */
const MAX_PLAIN_PAYLOAD_BYTES = 256
/** The index of a scheme in `MultiSignature`. */
const SCHEME_INDEX = { ed25519: 0, sr25519: 1 } as const

/** Signs a call as a mortal v4 extrinsic. */
export async function signExtrinsic(
  runtime: Runtime,
  call: ChainCall,
  signer: Signer,
  options: { readonly nonce: number; readonly periodBlocks: number; readonly birth: BlockRef; readonly genesisHash: string },
): Promise<SignedExtrinsic> {
  runtime.checkExtensions()
  const { registry, version } = runtime
  const method = runtime.call(call)
  const era = registry.createType('ExtrinsicEra', { current: options.birth.number, period: options.periodBlocks })
  const fields = {
    address: signer.address,
    assetId: 0,
    blockHash: options.birth.hash,
    blockNumber: options.birth.number,
    era: era.toHex(),
    genesisHash: `0x${options.genesisHash}`,
    metadataHash: null,
    method: method.toHex(),
    mode: 0,
    nonce: options.nonce,
    signedExtensions: registry.signedExtensions,
    specVersion: version.specVersion,
    tip: 0,
    transactionVersion: version.transactionVersion,
    version: EXTRINSIC_VERSION,
  }
  const payload = registry.createType('ExtrinsicPayload', fields, { version: EXTRINSIC_VERSION }).toU8a(true)
  const signature = await signer.sign(payload.length > MAX_PLAIN_PAYLOAD_BYTES ? blake2AsU8a(payload, 256) : payload)
  const extrinsic = registry.createType('Extrinsic', method, { version: EXTRINSIC_VERSION })
  // The library's type asks for every field as hex; it takes what its own payload constructor takes.
  extrinsic.addSignature(signer.address, Uint8Array.of(SCHEME_INDEX[signer.scheme], ...signature), fields as unknown as Uint8Array)
  return { hex: extrinsic.toHex(), hash: extrinsic.hash.toHex(), validUntil: era.asMortalEra.death(options.birth.number) - 1 }
}
