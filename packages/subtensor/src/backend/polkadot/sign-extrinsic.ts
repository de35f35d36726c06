import type { SignerPayloadJSON } from '@polkadot/types/types'
import { blake2AsU8a } from '@polkadot/util-crypto'
import { type Signer, TensorKitError } from '@tensorkit/core'
import type { BlockRef, ChainCall, SignedExtrinsic } from '../chain-backend.js'
import { bytesToHex, hexToBytes, type Runtime } from './runtime.js'

/** The version of the extrinsic format; new runtimes declare 5 beside it. */
const EXTRINSIC_VERSION = 4
/** Longer payloads are hashed before they are signed. Source: sp-runtime `SignedPayload::using_encoded`. */
const MAX_PLAIN_PAYLOAD_BYTES = 256
/** The index of a scheme in `MultiSignature`. */
const SCHEME_INDEX = { ed25519: 0, sr25519: 1 } as const

/** Signs a call as a mortal v4 extrinsic, without a request to the node. */
export async function signExtrinsic(
  runtime: Runtime,
  call: ChainCall,
  signer: Signer,
  options: { readonly nonce: number; readonly periodBlocks: number; readonly birth: BlockRef },
): Promise<SignedExtrinsic> {
  runtime.checkExtensions()
  const { api, version } = runtime
  if (api.extrinsicVersion !== EXTRINSIC_VERSION) {
    throw new TensorKitError('CHAIN_INCOMPATIBLE', 'The runtime does not take extrinsics of version 4', {
      facts: { specVersion: version.specVersion },
    })
  }
  const { birth } = options
  const era = api.registry.createType('ExtrinsicEra', { current: birth.number, period: options.periodBlocks })
  const signRaw = async ({ data }: { readonly data: string }) => {
    const payload = hexToBytes(data)
    const signature = await signer.sign(payload.length > MAX_PLAIN_PAYLOAD_BYTES ? blake2AsU8a(payload, 256) : payload)
    return { id: 0, signature: bytesToHex(Uint8Array.of(SCHEME_INDEX[signer.scheme], ...signature)) }
  }
  const signPayload = async (json: SignerPayloadJSON) => {
    const payload = api.registry.createType('ExtrinsicPayload', json, { version: json.version })
    const signature = await signer.signExtrinsic?.({ bytes: payload.toU8a({ method: true }), json: { ...json } })
    if (signature?.length !== 64) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The signer did not give a signature of 64 bytes')
    return { id: 0, signature: bytesToHex(Uint8Array.of(SCHEME_INDEX[signer.scheme], ...signature)) }
  }
  const extrinsic = await runtime.call(call).signAsync(signer.address, {
    era,
    blockHash: birth.hash,
    nonce: options.nonce,
    signer: signer.signExtrinsic === undefined ? { signRaw } : { signPayload },
  })
  return { hex: extrinsic.toHex(), hash: extrinsic.hash.toHex(), validUntil: era.asMortalEra.death(birth.number) - 1 }
}
