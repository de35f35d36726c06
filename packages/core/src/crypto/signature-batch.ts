import type { SignatureScheme } from '../interfaces/signer.js'

/** One signature to check or to make, in the form that the engines take. */
export interface SignatureTask {
  readonly scheme: SignatureScheme
  /** sr25519: 32 bytes; ed25519: SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  /** To check. */
  readonly signature?: Uint8Array
  /** To make one. sr25519: 64 bytes; ed25519: PKCS #8. Copied into the batch, which the thread wipes. */
  readonly secretKey?: Uint8Array
  /** The key may be handed to the faster engine of sr25519. */
  readonly isKnownKey?: boolean
}

/** What a thread answers: a verdict, a signature, or nothing if the engine failed. */
export type SignatureResult = boolean | Uint8Array | undefined

const headBytes = 8
const outcomeBytes = 65
const [refused, holds, made] = [1, 2, 3]
const noBytes = new Uint8Array()

/**
 * Writes tasks into one buffer of its own, to be moved to a thread: many small buffers in a message cost more than the copies.
 *
 * For each: bits (1 ed25519, 2 to sign, 4 a known key), the lengths of key and of secret or signature in a byte each, one of padding, the length of the
 * message in four; then the three.
 */
export function packTasks(tasks: readonly SignatureTask[]): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const task of tasks) length += headBytes + task.publicKey.length + proofOf(task).length + task.message.length
  const batch = new Uint8Array(length)
  const view = new DataView(batch.buffer)
  let at = 0
  for (const task of tasks) {
    const { scheme, publicKey, message, secretKey, isKnownKey = false } = task
    const proof = proofOf(task)
    batch[at] = (scheme === 'ed25519' ? 1 : 0) | (secretKey === undefined ? 0 : 2) | (isKnownKey ? 4 : 0)
    batch[at + 1] = publicKey.length
    batch[at + 2] = proof.length
    view.setUint32(at + 4, message.length)
    at += headBytes
    for (const part of [publicKey, proof, message]) {
      batch.set(part, at)
      at += part.length
    }
  }
  return batch
}

/** Reads what a thread answered to the task with this number. */
export function unpackResult(results: Uint8Array, index: number): SignatureResult {
  const at = index * outcomeBytes
  const outcome = results[at]
  if (outcome === made) return results.slice(at + 1, at + outcomeBytes)
  return outcome === holds ? true : outcome === refused ? false : undefined
}

const proofOf = ({ secretKey, signature }: SignatureTask): Uint8Array => secretKey ?? signature ?? noBytes
