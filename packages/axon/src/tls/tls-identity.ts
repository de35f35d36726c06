import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type NeuronCertificate, TensorKitError } from '@tensorkit/core'
import { newTlsKey } from './new-tls-key.js'
import { selfSignedCertificate } from './self-signed-certificate.js'

/**
 * The algorithm byte of a `NeuronCertificate` that names a P-256 key as x‖y.
 *
 * Source: the synapse protocol, version 1, §2.1.
 */
export const p256CertificateAlgorithm = 0x54

/** The key that an axon's TLS handshakes use, with a certificate that it signed itself. Callers pin the key, not the certificate. */
export interface TlsIdentity {
  /** The self-signed certificate in PEM; it changes when a key is loaded that has none in its file. */
  readonly certificatePem: string
  /** sha256 over the key's SPKI in DER (the 91-byte form): 64 lower-case hex digits. What sessions are bound to. */
  readonly spkiSha256: string
  /** What `serve_axon_tls` publishes on chain: algorithm 0x54 and 64 bytes, x‖y. */
  readonly certificate: NeuronCertificate
  /** The private key; a `KeyObject` shows nothing of it when it is printed or turned into JSON. */
  readonly privateKey: KeyObject
}

// AlgorithmIdentifier { id-ecPublicKey, prime256v1 }, and a bit string that holds an uncompressed point.
const spkiPrefix = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex')

/**
 * Makes a new TLS identity: a P-256 key in the memory of this process.
 *
 * @example
 * ```ts
 * axon.rotateTls(await createTlsIdentity())
 * ```
 */
export function createTlsIdentity(): Promise<TlsIdentity> {
  return tlsIdentityOf(newTlsKey())
}

/** The identity of a key. @param certificatePem - Its certificate, if there is one; one that does not fit is replaced. */
export async function tlsIdentityOf(key: KeyObject, certificatePem?: string): Promise<TlsIdentity> {
  const { privateKey, point } = canonical(key)
  const spki = Buffer.concat([spkiPrefix, point])
  return {
    certificatePem:
      certificatePem !== undefined && fits(certificatePem, spki) ? certificatePem : await selfSignedCertificate({ privateKey, spki }),
    spkiSha256: createHash('sha256').update(spki).digest('hex'),
    certificate: { algorithm: p256CertificateAlgorithm, publicKey: new Uint8Array(point) },
    privateKey,
  }
}

/** The key in the one form that is used on the wire: named curve, uncompressed point. */
function canonical(key: KeyObject): { readonly privateKey: KeyObject; readonly point: Buffer } {
  if (key.type === 'private' && key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    const jwk = key.export({ format: 'jwk' })
    const { x, y } = jwk
    if (x !== undefined && y !== undefined) {
      const point = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
      if (point.length === 64) return { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), point }
    }
  }
  throw new TensorKitError('AXON_TLS_KEY_INVALID', 'The TLS key of an axon must be a P-256 private key', {
    facts: { type: key.asymmetricKeyType, curve: key.asymmetricKeyDetails?.namedCurve },
  })
}

function fits(certificatePem: string, spki: Buffer): boolean {
  try {
    const certificate = new X509Certificate(certificatePem)
    const nowMs = Date.now()
    return (
      certificate.publicKey.export({ type: 'spki', format: 'der' }).equals(spki) &&
      nowMs >= Date.parse(certificate.validFrom) &&
      nowMs < Date.parse(certificate.validTo)
    )
  } catch {
    return false
  }
}
