// Runs in worker threads of the signature pool, from the sources and from the build alike: plain JavaScript that imports nothing
// of ours. The engines alone: the rules (lengths, weak keys, marks) are applied in the main thread, in one place.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { bridge, sr25519Sign, sr25519Verify, waitReady } from '@polkadot/wasm-crypto'

// As in signature-batch.ts, which writes what is read here and reads what is written here.
const headBytes = 8
const outcomeBytes = 65
const [failed, refused, holds, made] = [0, 1, 2, 3]

/**
 * Does a batch of tasks.
 *
 * @param batch - For each task: bits (1 ed25519, 2 to sign), the lengths of key and of secret or signature, the length of the message, then
 * the three. It was moved here, and is wiped if a secret was in it.
 * @returns For each, in order: what became of it, and the signature if one was made.
 */
export default async function run(batch) {
  const isReady = (await waitReady()) && bridge.type === 'wasm'
  const outcomes = []
  let hasSecret = false
  for (let at = 0; at < batch.length; ) {
    const isEd25519 = (batch[at] & 1) !== 0
    const isSigning = (batch[at] & 2) !== 0
    const keyEnd = at + headBytes + batch[at + 1]
    const proofEnd = keyEnd + batch[at + 2]
    const messageEnd = proofEnd + new DataView(batch.buffer, batch.byteOffset).getUint32(at + 4)
    const key = batch.subarray(at + headBytes, keyEnd)
    const proof = batch.subarray(keyEnd, proofEnd)
    const message = batch.subarray(proofEnd, messageEnd)
    at = messageEnd
    hasSecret ||= isSigning
    outcomes.push(
      !isEd25519 && !isReady ? failed : isSigning ? signTask(isEd25519, key, proof, message) : verifyTask(isEd25519, key, proof, message),
    )
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

function verifyTask(isEd25519, publicKey, signature, message) {
  try {
    const key = isEd25519 && createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
    return (key ? verify(null, message, key, signature) : sr25519Verify(signature, message, publicKey)) ? holds : refused
  } catch {
    // Not a point of the curve.
    return refused
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
