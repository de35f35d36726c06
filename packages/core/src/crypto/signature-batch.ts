import type { SignatureScheme } from '../interfaces/signer.js'

/** One signature to check or to make, in the form that the engines take. */
export interface SignatureTask {
  readonly scheme: SignatureScheme
  /** sr25519: 32 bytes; ed25519: SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  /** To check: the signature. To make one: the secret, sr25519's 64 bytes or ed25519's PKCS #8; the thread wipes its copy. */
  readonly proof: Uint8Array
  readonly isSigning: boolean
  /** The key may be handed to the faster engine of sr25519. */
  readonly isKnownKey: boolean
}

const headBytes = 8
const outcomeBytes = 65
const [refused, holds, made] = [1, 2, 3]

/**
 * Writes tasks into one buffer of its own, to be moved to a thread: many small buffers in a message cost more than the copies.
 *
 * For each: bits (1 ed25519, 2 to sign, 4 a known key), the lengths of key and of secret or signature in a byte each, one of padding, the length of the
 * message in four; then the three.
 */
export function packTasks(tasks: readonly SignatureTask[]): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const { publicKey, proof, message } of tasks) length += headBytes + publicKey.length + proof.length + message.length
  const batch = new Uint8Array(length)
  let at = 0
  for (const { scheme, publicKey, proof, message, isSigning, isKnownKey } of tasks) {
    batch[at] = (scheme === 'ed25519' ? 1 : 0) | (isSigning ? 2 : 0) | (isKnownKey ? 4 : 0)
    batch[at + 1] = publicKey.length
    batch[at + 2] = proof.length
    for (let byte = 0; byte < 4; byte++) batch[at + 4 + byte] = message.length >>> (24 - 8 * byte)
    batch.set(publicKey, at + headBytes)
    batch.set(proof, at + headBytes + publicKey.length)
    at += headBytes + publicKey.length + proof.length
    batch.set(message, at)
    at += message.length
  }
  return batch
}

/** What was packed apart, one after the other in one buffer. Wipes what it copies from: a secret may be in it. */
export function joinBatches(batches: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first] = batches
  if (first !== undefined && batches.length === 1) return first
  let length = 0
  for (const batch of batches) length += batch.length
  const joined = new Uint8Array(length)
  let at = 0
  for (const batch of batches) {
    joined.set(batch, at)
    at += batch.length
    batch.fill(0)
  }
  return joined
}

/** What a thread answered to a task to check; nothing if the engine failed. */
export function readVerdict(outcomes: Uint8Array, index: number): boolean | undefined {
  const outcome = outcomes[index * outcomeBytes]
  return outcome === holds ? true : outcome === refused ? false : undefined
}

/** What a thread answered to a task to sign; nothing if the engine failed. */
export function readSignature(outcomes: Uint8Array, index: number): Uint8Array | undefined {
  const at = index * outcomeBytes
  return outcomes[at] === made ? outcomes.slice(at + 1, at + outcomeBytes) : undefined
}
