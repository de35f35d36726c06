import { randomBytes } from 'node:crypto'
import { bodySha256Hex, createNonceSource, type Signer, signBtauthCall } from '@tensorkit/core'
import { Echo } from '../../axon-dendrite-support.js'
import { signedOpen } from '../../axon-session-support.js'

/** The body of the calls that attacks make. */
export const sayBody = Echo.say.request.encode({ text: 'x', times: 1 })
const bodySha256 = bodySha256Hex(sayBody)
const nextNonce = createNonceSource()

/** 64 bytes in the form of an sr25519 signature. */
function nobodysSignature(): Uint8Array {
  const signature = new Uint8Array(randomBytes(64))
  signature[63] = 0x80 | ((signature[63] ?? 0) & 0x0f)
  return signature
}

/** A signer in the name of another, without its key: what it signs is well formed and holds for nothing. */
export const impostorOf = ({ address, publicKey, scheme }: Signer): Signer => ({ address, publicKey, scheme, sign: nobodysSignature })

/** Metadata of a fresh `btauth/1` call to {@link Echo}. */
export const signedCall = (signer: Signer, server: Signer) =>
  signBtauthCall({ signer, receiver: server.address, path: Echo.say.path, bodySha256, nonce: nextNonce() })

/** Metadata of a fresh `OpenSession` in plain text. */
export const openCall = async (signer: Signer, server: Signer) => (await signedOpen({ signer, server: server.address })).headers
