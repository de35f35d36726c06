import { createHash, X509Certificate } from 'node:crypto'

/** The key of a TLS identity, in the one form that is accepted. */
export interface P256Spki {
  /** sha256 of the 91 bytes, 64 hex digits: what both signatures of a session name. */
  readonly sha256: string
  /** The point, x‖y, 64 bytes: what a `NeuronCertificate` on chain has. */
  readonly publicKey: Uint8Array
}

// SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING { 04 … } }. Source: RFC 5480 §2.
const prefix = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex')
const spkiBytes = 91
const maxCertificateBytes = 8 * 1024

/**
 * The P-256 key of a certificate (DER), if it is written as 91 bytes: named curve, uncompressed point. The same key has other encodings,
 * and so other hashes; none of them is accepted.
 */
export function p256SpkiOf(certificate: Uint8Array): P256Spki | undefined {
  if (certificate.length > maxCertificateBytes) return undefined
  try {
    const der = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' })
    if (der.length !== spkiBytes || !der.subarray(0, prefix.length).equals(prefix)) return undefined
    // OpenSSL wrote `der` anew: the certificate itself must have these bytes.
    if (!Buffer.from(certificate.buffer, certificate.byteOffset, certificate.byteLength).includes(der)) return undefined
    return { sha256: createHash('sha256').update(der).digest('hex'), publicKey: new Uint8Array(der.subarray(prefix.length)) }
  } catch {
    return undefined
  }
}
