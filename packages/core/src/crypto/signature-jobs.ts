import { TensorKitError } from '../errors/tensorkit-error.js'
import { ed25519PrivateDer, ed25519PublicDer } from './ed25519.js'
import type { KeyPair } from './key-pair.js'
import { packTasks, readSignature, readVerdict, type SignatureTask } from './signature-batch.js'
import type { SignatureJob } from './signature-threads.js'
import { sr25519Engine } from './sr25519-engine.js'
import type { VerifySignatureOptions } from './verify-signature.js'

/** Verifies one, in a thread. What is given is copied at once: it may change before it is sent. */
export function verifyOne(input: VerifySignatureOptions, signal: AbortSignal | undefined): SignatureJob<boolean> {
  const { read, ...job } = verifyEach([input], signal)
  return { ...job, read: (outcomes, from) => read(outcomes, from)[0] as boolean }
}

/** Verifies some, in one thread, as one job. They are copied at once. */
export function verifyEach(inputs: readonly VerifySignatureOptions[], signal: AbortSignal | undefined): SignatureJob<readonly boolean[]> {
  const tasks = inputs.map(verifyTask)
  const batch = packTasks(tasks)
  const newKeys = tasks.map(({ isKnownKey, publicKey, scheme }) =>
    isKnownKey || scheme !== 'sr25519' ? undefined : new Uint8Array(publicKey),
  )
  const read = (outcomes: Uint8Array, from: number) =>
    newKeys.map((newKey, index) => {
      const verdict = readVerdict(outcomes, from + index)
      if (verdict === undefined) throw new TensorKitError('CORE_INTERNAL', 'A signature worker could not verify')
      if (verdict && newKey !== undefined) sr25519Engine.learn(newKey)
      return verdict
    })
  return { count: inputs.length, pack: () => batch, read, signal }
}

/** Signs, in a thread. The secret is taken from the pair when the job is sent. */
export function signOne(pair: KeyPair, message: Uint8Array): SignatureJob<Uint8Array> {
  const copy = new Uint8Array(message)
  return { count: 1, pack: () => packToSign(pair, copy), read: signatureAt }
}

function verifyTask({ scheme, publicKey, message, signature }: VerifySignatureOptions): SignatureTask {
  const isSr25519 = scheme === 'sr25519'
  return {
    scheme,
    publicKey: isSr25519 ? publicKey : ed25519PublicDer(publicKey),
    message,
    proof: signature,
    isSigning: false,
    isKnownKey: isSr25519 && sr25519Engine.isKnown(publicKey),
  }
}

function packToSign({ scheme, publicKey, secretKey }: KeyPair, message: Uint8Array): Uint8Array<ArrayBuffer> {
  const rest = { scheme, publicKey, message, isSigning: true, isKnownKey: false }
  if (scheme === 'sr25519') return packTasks([{ ...rest, proof: secretKey }])
  const der = ed25519PrivateDer(secretKey.subarray(0, 32))
  try {
    return packTasks([{ ...rest, proof: der }])
  } finally {
    der.fill(0)
  }
}

function signatureAt(outcomes: Uint8Array, index: number): Uint8Array {
  const signature = readSignature(outcomes, index)
  if (signature === undefined) throw new TensorKitError('CORE_INTERNAL', 'A signature worker could not sign')
  return signature
}
