import { Binary } from '@polkadot-api/substrate-bindings'
import { blake2b256, verifySignature } from '@tensorkit/core/crypto'
import type { InvalidTransaction, TransactionValidity } from '../runtime.js'
import type { Ty } from '../types/ty.js'
import type { SignedExtrinsic } from './decode-extrinsic.js'
import { extensions } from './extensions.js'
import { extensionTypes } from './extrinsic-types.js'
import type { Transaction } from './transaction.js'

const names = Object.keys(extensions) as (keyof typeof extensions)[]
const isInvalid = (value: object): value is InvalidTransaction => 'kind' in value

/** The bytes that are signed: call, what the extensions carry, what they add; hashed if longer than 256 bytes. */
function signedPayload(transaction: Transaction): Uint8Array | InvalidTransaction {
  const parts = [transaction.extrinsic.callBytes, transaction.extrinsic.extraBytes]
  for (const name of names) {
    const implicit = extensions[name].implicit(transaction)
    if (isInvalid(implicit)) return implicit
    parts.push((extensionTypes[name].implicit as Ty<unknown>).codec.enc(implicit.value))
  }
  const payload = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    payload.set(part, at)
    at += part.length
  }
  return payload.length > 256 ? blake2b256(payload) : payload
}

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && a.length === b.length && a.every((byte, at) => byte === b[at])

/** As {@link isSignedBy}, but asked once for each message: another fork, version or era makes another message. */
function isSigned({ extrinsic, who, verified }: Transaction, message: Uint8Array): boolean {
  if (same(verified.get(extrinsic), message)) return true
  if (!isSignedBy(extrinsic, who, message)) return false
  verified.set(extrinsic, message)
  return true
}

function isSignedBy({ signature }: SignedExtrinsic, who: string, message: Uint8Array): boolean {
  // Nobody's neuron has an ECDSA account; the signature engine does not know the scheme.
  if (signature.type === 'Ecdsa') return false
  return verifySignature({
    scheme: signature.type === 'Sr25519' ? 'sr25519' : 'ed25519',
    publicKey: Binary.fromHex(who),
    message,
    signature: Binary.fromHex(signature.value),
  })
}

/** Checks signature and extensions of a transaction, as pool and block do. */
export function validate(transaction: Transaction): TransactionValidity {
  const payload = signedPayload(transaction)
  if (!(payload instanceof Uint8Array)) return { ok: false, error: payload }
  if (!isSigned(transaction, payload)) return { ok: false, error: { kind: 'BadProof' } }
  let priority = 0n
  let longevity = 0xffff_ffff_ffff_ffffn
  const requires: string[] = []
  const provides: string[] = []
  for (const name of names) {
    const part = extensions[name].check?.(transaction)
    if (part === undefined) continue
    if (isInvalid(part)) return { ok: false, error: part }
    priority += part.priority ?? 0n
    if (part.longevity !== undefined && part.longevity < longevity) longevity = part.longevity
    requires.push(...(part.requires ?? []))
    provides.push(...(part.provides ?? []))
  }
  return { ok: true, priority, requires, provides, longevity }
}
