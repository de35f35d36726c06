// Runs in worker threads of the signature pool, from the sources and from the build alike: plain JavaScript that imports nothing
// of ours but such. The engines alone: the rules (lengths, weak keys, marks) are applied in the main thread, in one place.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { bridge, sr25519Sign, sr25519Verify, waitReady } from '@polkadot/wasm-crypto'
import { loadFastSr25519 } from './fast-sr25519.mjs'

// As in signature-batch.ts, which writes what is read here and reads what is written here.
const headBytes = 8
const outcomeBytes = 65
const [failed, refused, holds, made] = [0, 1, 2, 3]

const fast = loadFastSr25519()

/**
 * Does a batch of tasks.
 *
 * @param batch - For each task: bits (1 ed25519, 2 to sign, 4 a known key), the lengths of key and of secret or signature, the length of the message, then
 * the three. It was moved here, and is wiped if a secret was in it.
 * @returns For each, in order: what became of it, and the signature if one was made.
 */
export default async function run(batch) {
  const isReady = (await waitReady()) && bridge.type === 'wasm'
  const fastEngine = await fast
  const outcomes = []
  let hasSecret = false
  for (let at = 0; at < batch.length; ) {
    const isEd25519 = (batch[at] & 1) !== 0
    const isSigning = (batch[at] & 2) !== 0
    // Under a key that is not known, the established engine alone is asked: the faster one takes nothing malformed.
    const sr25519 = (batch[at] & 4) !== 0 ? fastEngine : undefined
    const keyEnd = at + headBytes + batch[at + 1]
    const proofEnd = keyEnd + batch[at + 2]
    const messageEnd = proofEnd + new DataView(batch.buffer, batch.byteOffset).getUint32(at + 4)
    const key = batch.subarray(at + headBytes, keyEnd)
    const proof = batch.subarray(keyEnd, proofEnd)
    const message = batch.subarray(proofEnd, messageEnd)
    at = messageEnd
    hasSecret ||= isSigning
    if (!isEd25519 && !isReady) outcomes.push(failed)
    else if (isSigning) outcomes.push(signTask(isEd25519, key, proof, message))
    else outcomes.push(isEd25519 ? verifyEd25519(key, message, proof) : verifySr25519(sr25519, key, message, proof))
  }
  if (hasSecret) batch.fill(0)
  const result = new Uint8Array(outcomes.length * outcomeBytes)
  for (const [index, outcome] of outcomes.entries()) {
    const isMade = typeof outcome !== 'number'
    result[index * outcomeBytes] = isMade ? made : outcome
    if (isMade) result.set(outcome, index * outcomeBytes + 1)
  }
  return result
}

function verifyEd25519(publicKey, message, signature) {
  try {
    return verify(null, message, createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }), signature) ? holds : refused
  } catch {
    // Not a point of the curve.
    return refused
  }
}

function verifySr25519(fastEngine, publicKey, message, signature) {
  try {
    return (fastEngine?.verify(publicKey, message, signature) ?? sr25519Verify(signature, message, publicKey)) ? holds : refused
  } catch {
    return failed
  }
}

function signTask(isEd25519, publicKey, secretKey, message) {
  try {
    if (!isEd25519) return sr25519Sign(publicKey, secretKey, message)
    const key = Buffer.from(secretKey.buffer, secretKey.byteOffset, secretKey.length)
    return sign(null, message, createPrivateKey({ key, format: 'der', type: 'pkcs8' }))
  } catch {
    return failed
  }
}
