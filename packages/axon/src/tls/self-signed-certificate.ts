import { type KeyObject, randomBytes, webcrypto } from 'node:crypto'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
// Callers whose clock is a little behind must not find it "not valid yet".
const backdatedMs = 24 * 3_600_000
// RFC 5280 §4.1.2.5: what has no well-defined end. Callers pin the key: nothing is gained by an expiry that breaks them one day.
const noEnd = new Date('9999-12-31T23:59:59Z')

/**
 * A self-signed X.509 certificate, in PEM: good for a server, not for signing others.
 *
 * Source: RFC 5280.
 */
export async function selfSignedCertificate(key: { readonly privateKey: KeyObject; readonly spki: Uint8Array }): Promise<string> {
  // Both are loaded when the first certificate is made, not when the axon is imported. The second needs the first.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const { subtle } = webcrypto
  const pkcs8 = key.privateKey.export({ type: 'pkcs8', format: 'der' })
  const keys = {
    privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    publicKey: await subtle.importKey('spki', key.spki, algorithm, true, ['verify']),
  }
  const serial = randomBytes(16)
  // Positive and of full length, as serial numbers must be.
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serial.toString('hex'),
      name: 'CN=tensorkit',
      notBefore: new Date(Date.now() - backdatedMs),
      notAfter: noEnd,
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'tensorkit' }]),
      ],
    },
    webcrypto,
  )
  return `${certificate.toString('pem')}\n`
}
