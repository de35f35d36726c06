// Runs in worker threads of the signature pool, from the sources and from the build alike: plain JavaScript that imports nothing
// of ours. The engines alone: the rules (lengths, weak keys, marks) are applied in the main thread, in one place.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { bridge, sr25519Sign, sr25519Verify, waitReady } from '@polkadot/wasm-crypto'

/**
 * Does a batch of tasks.
 *
 * @returns For each, in order: whether the signature holds, or the signature; undefined if the engine failed.
 */
export default async function run(tasks) {
  const isReady = (await waitReady()) && bridge.type === 'wasm'
  return tasks.map((task) => {
    if (task.scheme === 'sr25519' && !isReady) return undefined
    return task.secretKey === undefined ? verifyTask(task) : signTask(task)
  })
}

function verifyTask({ scheme, publicKey, message, signature }) {
  try {
    if (scheme === 'sr25519') return sr25519Verify(signature, message, publicKey)
    return verify(null, message, createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }), signature)
  } catch {
    // Not a point of the curve.
    return false
  }
}

function signTask({ scheme, publicKey, secretKey, message }) {
  try {
    if (scheme === 'sr25519') return sr25519Sign(publicKey, secretKey, message)
    const key = Buffer.from(secretKey.buffer, secretKey.byteOffset, secretKey.length)
    return new Uint8Array(sign(null, message, createPrivateKey({ key, format: 'der', type: 'pkcs8' })))
  } catch {
    return undefined
  } finally {
    secretKey.fill(0)
  }
}
